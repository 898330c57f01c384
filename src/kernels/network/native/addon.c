// The kernels as a Node-API addon: `instructionSets()` says what this processor has, `create()` makes an object whose methods are the kernels
// on one piece of memory, which `attach(buffer)` gives it. Nothing is shared between objects, so that threads may have theirs.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "nodeApi.h"
#include "processor.h"
#include "table.h"

/** What address 0 stands for: 64 bytes before the first one that is used, so that 0 can mean none. */
#define ALIGNMENT 64

/** The memory of one network. Each method of its object holds it, until the last of them is collected. */
typedef struct {
  int holders;
  napi_ref buffer;
  char *base;
  int64_t size;
} Arena;

typedef struct {
  Arena *arena;
  /** Of the tables; -1 for winogradScratch. */
  int kernel;
} Method;

static const Table *const tables[] = {
#ifdef HAS_16
    &table16,
#endif
#ifdef HAS_8
    &table8,
#endif
    &table4,
};
static const int widths[] = {
#ifdef HAS_16
    16,
#endif
#ifdef HAS_8
    8,
#endif
    4,
};

/** The place of the widest table that divides this many channels (bits of all numbers of channels may be joined). */
static int tableFor(int channels) {
  int t = 0;
  while (widths[t] != 4 && channels % widths[t] != 0) t++;
  return t;
}

static napi_value fail(napi_env env, const char *message) {
  napi_throw_range_error(env, NULL, message);
  return NULL;
}

static bool areVoxels(const int *index, int count, int size) {
  int before = -1, end = size * size * size;
  for (int i = 0; i < count; i++) {
    if (index[i] <= before) return false;
    before = index[i];
  }
  return before < end;
}

static bool readArgument(const Arena *arena, char letter, double value, Argument *argument) {
  argument->number = (float)value;
  if (letter == 'f') return true;
  if (!(value >= -2147483648.0 && value < 4294967296.0)) return false;
  if (letter == 's') argument->whole = (int)(uint32_t)(int64_t)value;
  if (letter == 's') return true;
  if (value > 2147483647.0) return false;
  argument->whole = (int)value;
  if (letter == 'i' || letter == 'c') return value >= 0;
  argument->address = value == 0 ? NULL : arena->base + argument->whole;
  return letter == 'o' ? value >= 0 && value < arena->size : value >= ALIGNMENT && value < arena->size;
}

static bool readArguments(napi_env env, const Arena *arena, const char *signature, const napi_value *values, Argument *arguments, int *channels) {
  for (int k = 0; signature[k]; k++) {
    double value;
    if (napi_get_value_double(env, values[k], &value) != napi_ok) return false;
    if (!readArgument(arena, signature[k], value, arguments + k)) return false;
    if (signature[k] == 'c') *channels |= arguments[k].whole;
  }
  if (signature[0] != 'x') return true;
  const int count = arguments[2].whole;
  if (count > arena->size / 4 || (char *)arguments[0].address + 4 * (int64_t)count > arena->base + arena->size) return false;
  return areVoxels(arguments[0].address, count, arguments[3].whole);
}

/** Any kernel, told by the method's data. */
static napi_value callKernel(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS];
  size_t count = MOST_ARGUMENTS;
  Method *method;
  if (napi_get_cb_info(env, info, &count, values, NULL, (void **)&method) != napi_ok) return NULL;
  const Kernel *kernel = tables[sizeof tables / sizeof *tables - 1]->kernels + method->kernel;
  if (count != strlen(kernel->signature)) return fail(env, "A kernel was called with another number of arguments");
  Argument arguments[MOST_ARGUMENTS];
  int channels = 0;
  if (!readArguments(env, method->arena, kernel->signature, values, arguments, &channels))
    return fail(env, "A kernel was called with an argument outside its memory");
  tables[tableFor(channels)]->kernels[method->kernel].run(arguments);
  return NULL;
}

static napi_value callScratch(napi_env env, napi_callback_info info) {
  napi_value values[3], result;
  size_t count = 3;
  int n[3];
  if (napi_get_cb_info(env, info, &count, values, NULL, NULL) != napi_ok) return NULL;
  for (int k = 0; k < 3; k++)
    if (napi_get_value_int32(env, values[k], n + k) != napi_ok) return fail(env, "winogradScratch needs three numbers");
  napi_create_int32(env, tables[tableFor(n[1] | n[2])]->winogradScratch(n[0], n[1], n[2]), &result);
  return result;
}

static void release(napi_env env, Arena *arena) {
  if (--arena->holders > 0) return;
  if (arena->buffer) napi_delete_reference(env, arena->buffer);
  free(arena);
}

static void finalizeMethod(napi_env env, void *data, void *hint) {
  (void)hint;
  release(env, ((Method *)data)->arena);
  free(data);
}

/** attach(buffer): the kernels' memory from now on. Returns where in the buffer address 0 stands. */
static napi_value attach(napi_env env, napi_callback_info info) {
  napi_value buffer, result;
  size_t count = 1, size;
  Method *method;
  char *data;
  if (napi_get_cb_info(env, info, &count, &buffer, NULL, (void **)&method) != napi_ok || count != 1) return NULL;
  if (napi_get_arraybuffer_info(env, buffer, (void **)&data, &size) != napi_ok || size < ALIGNMENT)
    return fail(env, "attach needs an ArrayBuffer");
  Arena *arena = method->arena;
  if (arena->buffer) napi_delete_reference(env, arena->buffer);
  arena->buffer = NULL;
  if (napi_create_reference(env, buffer, 1, &arena->buffer) != napi_ok) return NULL;
  const int64_t start = (ALIGNMENT - (uintptr_t)data % ALIGNMENT) % ALIGNMENT;
  arena->base = data + start;
  arena->size = (int64_t)size - start;
  napi_create_int64(env, start, &result);
  return result;
}

static bool addMethod(napi_env env, napi_value object, Arena *arena, const char *name, napi_callback callback, int kernel) {
  napi_value function;
  Method *method = malloc(sizeof *method);
  if (!method) return false;
  *method = (Method){arena, kernel};
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, method, &function) != napi_ok ||
      napi_add_finalizer(env, function, method, finalizeMethod, NULL, NULL) != napi_ok) {
    free(method);
    return false;
  }
  arena->holders++;
  return napi_set_named_property(env, object, name, function) == napi_ok;
}

static napi_value create(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value object;
  Arena *arena = calloc(1, sizeof *arena);
  if (!arena || napi_create_object(env, &object) != napi_ok) {
    free(arena);
    return fail(env, "There is no memory for a network");
  }
  arena->holders = 1;
  bool made = addMethod(env, object, arena, "attach", attach, -1) && addMethod(env, object, arena, "winogradScratch", callScratch, -1);
  for (int k = 0; made && k < kernelCount; k++) made = addMethod(env, object, arena, table4.kernels[k].name, callKernel, k);
  release(env, arena);
  return made ? object : fail(env, "There is no memory for a network");
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

NAPI_MODULE_INIT() {
  if (!findNodeFunctions()) return NULL;
  napi_value function;
  if (napi_create_function(env, "create", NAPI_AUTO_LENGTH, create, NULL, &function) != napi_ok) return NULL;
  napi_set_named_property(env, exports, "create", function);
  if (napi_create_function(env, "instructionSets", NAPI_AUTO_LENGTH, instructionSets, NULL, &function) != napi_ok) return NULL;
  napi_set_named_property(env, exports, "instructionSets", function);
  return exports;
}
