// Methods for the functions of a table whose arguments are numbers. Included behind the addon's own `calls.h`, which has
// the table and MOST_ARGUMENTS.
#pragma once
#include "methods.h"

/** The arguments of a call as numbers, `*count` of them; false after a failure. */
static bool readNumbers(napi_env env, napi_callback_info info, size_t *count, double *numbers, Method **method) {
  napi_value values[MOST_ARGUMENTS];
  *count = MOST_ARGUMENTS;
  if (napi_get_cb_info(env, info, count, values, NULL, (void **)method) != napi_ok) return false;
  for (size_t k = 0; k < *count && k < MOST_ARGUMENTS; k++)
    if (napi_get_value_double(env, values[k], numbers + k) != napi_ok) return fail(env, "The kernel takes numbers"), false;
  return true;
}

/** Adds `attach` and a method for each of `calls`, which all lead to `callback`; NULL after a failure. */
static napi_value addCalls(napi_env env, napi_value object, Arena *arena, napi_callback callback) {
  bool made = addMethod(env, object, arena, "attach", attach, -1);
  for (int k = 0; made && k < callCount; k++) made = addMethod(env, object, arena, calls[k].name, callback, k);
  release(env, arena);
  return made ? object : fail(env, NO_MEMORY);
}

/** Gives an addon's object its methods where nothing but memory belongs to it. */
static napi_value createWith(napi_env env, napi_callback callback) {
  napi_value object;
  Arena *arena = createArena(env, &object);
  return arena ? addCalls(env, object, arena, callback) : NULL;
}
