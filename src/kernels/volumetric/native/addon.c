// The reader of volumetric files as a Node-API addon: `create({ convert, fillPowers })` makes an object with
// WebAssembly's exports as methods, and `attach(buffer)`. Places that they take and give count from the buffer's start.
#include "calls.h"

#include "../../native/callMethods.h"

/** What a call needs to ask JavaScript something. */
typedef struct {
  Host host;
  napi_env env;
  const Arena *arena;
} Asking;

static napi_value ask(const Asking *asking, const char *name, int64_t place, int length) {
  napi_value held, object, function, arguments[2], answer = NULL;
  napi_env env = asking->env;
  napi_create_int64(env, asking->arena->base - asking->arena->data + place, arguments);
  napi_create_int32(env, length, arguments + 1);
  if (napi_get_reference_value(env, asking->arena->held, &held) != napi_ok) return NULL;
  if (napi_get_named_property(env, held, "host", &object) != napi_ok) return NULL;
  if (napi_get_named_property(env, object, name, &function) != napi_ok) return NULL;
  return napi_call_function(env, object, function, 2, arguments, &answer) == napi_ok ? answer : NULL;
}

/** NaN where JavaScript throws, which is then thrown when the call returns. */
static double convert(const Host *host, int64_t place, int length) {
  const Asking *asking = (const Asking *)host;
  double value;
  const napi_value answer = ask(asking, "convert", place, length);
  return answer && napi_get_value_double(asking->env, answer, &value) == napi_ok ? value : __builtin_nan("");
}

static void fillPowers(const Host *host, int64_t place) { ask((const Asking *)host, "fillPowers", place, 0); }

/** Any function of the reader, told by the method's data. */
static napi_value callReader(napi_env env, napi_callback_info info) {
  napi_value result;
  double arguments[MOST_ARGUMENTS];
  size_t count;
  Method *method;
  if (!readNumbers(env, info, &count, arguments, &method)) return NULL;
  const Call *call = calls + method->kernel;
  const Arena *arena = method->arena;
  if (count != (size_t)call->arguments || arena->size < stateBytes)
    return fail(env, "The reader was called with another number of arguments, or without memory");
  const Asking asking = {{convert, fillPowers}, env, arena};
  enter(arena->base, arena->size, &asking.host);
  const double start = call->returned == RETURNS_PLACE ? (double)(arena->base - arena->data) : 0;
  if (napi_create_double(env, start + call->run(arguments), &result) != napi_ok) return NULL;
  return result;
}

static napi_value create(napi_env env, napi_callback_info info) {
  napi_value host, object;
  size_t count = 1;
  if (napi_get_cb_info(env, info, &count, &host, NULL, NULL) != napi_ok || count != 1) return fail(env, "create needs the host's functions");
  Arena *arena = createArena(env, &object);
  if (!arena) return NULL;
  if (hold(env, arena, "host", host)) return addCalls(env, object, arena, callReader);
  release(env, arena);
  return fail(env, NO_MEMORY);
}

NAPI_MODULE_INIT() { return exportAddon(env, exports, create); }
