// Objects whose methods are kernels on one piece of memory, which `attach(buffer)` gives them. Nothing is shared
// between objects, so that threads may have theirs. An addon is one file that includes this one.
#pragma once
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "nodeApi.h"
#include "processor.h"

/** Of the memory's first byte that is used, wherever the buffer begins. */
#define ALIGNMENT 64

/**
 * The memory of one object. What of it is JavaScript's hangs on `held`, which every method has as a property: so it
 * lives as long as one of them, and is collected with them. A reference from here would keep it until Node finalises,
 * or for good where it leads back to the object.
 */
typedef struct {
  int holders;
  napi_ref held; // weak
  char *data; // where the buffer begins
  char *base;
  int64_t size; // from `base` on
} Arena;

typedef struct {
  Arena *arena;
  int kernel; // its place in the addon's table, or -1
} Method;

#define NO_MEMORY "There is no memory for the kernels"

static napi_value fail(napi_env env, const char *message) {
  napi_throw_range_error(env, NULL, message);
  return NULL;
}

static void release(napi_env env, Arena *arena) {
  if (--arena->holders > 0) return;
  if (arena->held) napi_delete_reference(env, arena->held);
  free(arena);
}

/** Keeps a value for as long as the object is there, in place of an earlier one of this name. */
static bool hold(napi_env env, const Arena *arena, const char *name, napi_value value) {
  napi_value held;
  return napi_get_reference_value(env, arena->held, &held) == napi_ok && napi_set_named_property(env, held, name, value) == napi_ok;
}

static void finalizeMethod(napi_env env, void *data, void *hint) {
  (void)hint;
  release(env, ((Method *)data)->arena);
  free(data);
}

/** attach(buffer): the kernels' memory from now on. Returns where in the buffer it begins. */
static napi_value attach(napi_env env, napi_callback_info info) {
  napi_value buffer, result;
  size_t count = 1, size;
  Method *method;
  char *data;
  if (napi_get_cb_info(env, info, &count, &buffer, NULL, (void **)&method) != napi_ok || count != 1) return NULL;
  if (napi_get_arraybuffer_info(env, buffer, (void **)&data, &size) != napi_ok || size < ALIGNMENT)
    return fail(env, "attach needs an ArrayBuffer");
  Arena *arena = method->arena;
  if (!hold(env, arena, "buffer", buffer)) return NULL;
  const int64_t start = (ALIGNMENT - (uintptr_t)data % ALIGNMENT) % ALIGNMENT;
  arena->data = data;
  arena->base = data + start;
  arena->size = (int64_t)size - start;
  napi_create_int64(env, start, &result);
  return result;
}

static bool addMethod(napi_env env, napi_value object, Arena *arena, const char *name, napi_callback callback, int kernel) {
  napi_value function, held;
  Method *method = malloc(sizeof *method);
  if (!method) return false;
  *method = (Method){arena, kernel};
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, method, &function) != napi_ok ||
      napi_add_finalizer(env, function, method, finalizeMethod, NULL, NULL) != napi_ok) {
    free(method);
    return false;
  }
  arena->holders++;
  return napi_get_reference_value(env, arena->held, &held) == napi_ok && napi_set_named_property(env, function, "held", held) == napi_ok &&
         napi_set_named_property(env, object, name, function) == napi_ok;
}

/** An object without methods and its arena, which the caller holds until it has added them; NULL after a failure. */
static Arena *createArena(napi_env env, napi_value *object) {
  napi_value held;
  Arena *arena = calloc(1, sizeof *arena);
  if (arena && napi_create_object(env, object) == napi_ok && napi_create_object(env, &held) == napi_ok &&
      napi_create_reference(env, held, 0, &arena->held) == napi_ok) {
    arena->holders = 1;
    return arena;
  }
  free(arena);
  fail(env, NO_MEMORY);
  return NULL;
}

static napi_value instructionSets(napi_env env, napi_callback_info info) {
  (void)info;
  const char *names[MOST_INSTRUCTION_SETS];
  const int count = findInstructionSets(names);
  napi_value list, name;
  napi_create_array_with_length(env, count, &list);
  for (int k = 0; k < count; k++) {
    napi_create_string_utf8(env, names[k], NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, list, k, name);
  }
  return list;
}

/** The addon's exports: `instructionSets()` says what this processor has, `create()` makes an object. */
static napi_value exportAddon(napi_env env, napi_value exports, napi_callback create) {
  if (!findNodeFunctions()) return NULL;
  napi_value function;
  if (napi_create_function(env, "create", NAPI_AUTO_LENGTH, create, NULL, &function) != napi_ok) return NULL;
  napi_set_named_property(env, exports, "create", function);
  if (napi_create_function(env, "instructionSets", NAPI_AUTO_LENGTH, instructionSets, NULL, &function) != napi_ok) return NULL;
  napi_set_named_property(env, exports, "instructionSets", function);
  return exports;
}
