// Linear algebra as a Node-API addon: `create()` makes an object with WebAssembly's exports as methods, and
// `attach(buffer)`. Places count from the first byte of the buffer that is used, which `attach` returns.
#include "calls.h"

#include "../../native/callMethods.h"

/** Any function of the kernels, told by the method's data. */
static napi_value callKernel(napi_env env, napi_callback_info info) {
  napi_value result;
  double arguments[MOST_ARGUMENTS];
  size_t count;
  Method *method;
  if (!readNumbers(env, info, &count, arguments, &method)) return NULL;
  const Call *call = calls + method->kernel;
  const Arena *arena = method->arena;
  if (count != (size_t)call->arguments) return fail(env, "The kernel was called with another number of arguments");
  for (size_t k = 0; k < count; k++)
    if (!(arguments[k] >= 0)) return fail(env, "The kernel takes numbers from 0 on");
  if (!(call->end(arguments) <= (double)arena->size)) return fail(env, "The kernel was called without enough memory");
  if (napi_create_double(env, call->run(arena->base, arguments), &result) != napi_ok) return NULL;
  return result;
}

static napi_value create(napi_env env, napi_callback_info info) {
  (void)info;
  return createWith(env, callKernel);
}

NAPI_MODULE_INIT() { return exportAddon(env, exports, create); }
