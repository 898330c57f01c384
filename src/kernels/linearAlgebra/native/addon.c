// Linear algebra as a Node-API addon: `create()` makes an object with WebAssembly's exports as methods, and
// `attach(buffer)`. Places count from the first byte of the buffer that is used, which `attach` returns.
#include "../../native/methods.h"
#include "calls.h"

/** Any function of the kernels, told by the method's data. */
static napi_value callKernel(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS], result;
  size_t count = MOST_ARGUMENTS;
  Method *method;
  if (napi_get_cb_info(env, info, &count, values, NULL, (void **)&method) != napi_ok) return NULL;
  const Call *call = calls + method->kernel;
  const Arena *arena = method->arena;
  if (count != (size_t)call->arguments) return fail(env, "The kernel was called with another number of arguments");
  double arguments[MOST_ARGUMENTS];
  for (size_t k = 0; k < count; k++)
    if (napi_get_value_double(env, values[k], arguments + k) != napi_ok || !(arguments[k] >= 0))
      return fail(env, "The kernel takes numbers from 0 on");
  if (!(call->end(arguments) <= (double)arena->size)) return fail(env, "The kernel was called without enough memory");
  if (napi_create_double(env, call->run(arena->base, arguments), &result) != napi_ok) return NULL;
  return result;
}

static napi_value create(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value object;
  Arena *arena = createArena(env, &object);
  if (!arena) return NULL;
  bool made = addMethod(env, object, arena, "attach", attach, -1);
  for (int k = 0; made && k < callCount; k++) made = addMethod(env, object, arena, calls[k].name, callKernel, k);
  release(env, arena);
  return made ? object : fail(env, NO_MEMORY);
}

NAPI_MODULE_INIT() { return exportAddon(env, exports, create); }
