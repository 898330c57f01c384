// The kernels as a Node-API addon: `instructionSets()` says what this processor has, `create()` makes an object whose
// methods are the kernels on one piece of memory, which `attach(buffer)` gives it. Nothing is shared between objects,
// so that threads may have theirs.
#include "../../native/methods.h"
#include "table.h"

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

static napi_value create(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value object;
  Arena *arena = createArena(env, &object);
  if (!arena) return NULL;
  bool made = addMethod(env, object, arena, "attach", attach, -1) && addMethod(env, object, arena, "winogradScratch", callScratch, -1);
  for (int k = 0; made && k < kernelCount; k++) made = addMethod(env, object, arena, table4.kernels[k].name, callKernel, k);
  release(env, arena);
  return made ? object : fail(env, NO_MEMORY);
}

NAPI_MODULE_INIT() { return exportAddon(env, exports, create); }
