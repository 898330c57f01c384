// The surfaces' kernel as a Node-API addon: `create()` makes an object with WebAssembly's exports as methods, and
// `attach(buffer)`. Places that they give count from the buffer's start.
#include "calls.h"

#include "../../native/callMethods.h"

/** Any function of the kernel, told by the method's data. */
static napi_value callKernel(napi_env env, napi_callback_info info) {
  napi_value result;
  double arguments[MOST_ARGUMENTS];
  size_t count;
  Method *method;
  if (!readNumbers(env, info, &count, arguments, &method)) return NULL;
  const Call *call = calls + method->kernel;
  const Arena *arena = method->arena;
  if (count != (size_t)call->arguments || arena->size < stateBytes)
    return fail(env, "The kernel was called with another number of arguments, or without memory");
  enter(arena->base, arena->size);
  const double start = call->returned == RETURNS_PLACE ? (double)(arena->base - arena->data) : 0;
  if (napi_create_double(env, start + call->run(arguments), &result) != napi_ok) return NULL;
  return result;
}

static napi_value create(napi_env env, napi_callback_info info) {
  (void)info;
  return createWith(env, callKernel);
}

NAPI_MODULE_INIT() { return exportAddon(env, exports, create); }
