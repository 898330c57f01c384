// Node-API. On Windows its functions are looked up in the program that loads the addon: an import would name node.exe,
// and an editor is called otherwise.
#pragma once
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdbool.h>

#ifdef _WIN32
#include <windows.h>

#define NODE_FUNCTIONS(F) \
  F(napi_call_function) \
  F(napi_create_double) \
  F(napi_get_named_property) \
  F(napi_get_reference_value) \
  F(napi_throw_range_error) \
  F(napi_get_value_double) \
  F(napi_get_value_int32) \
  F(napi_get_cb_info) \
  F(napi_create_int32) \
  F(napi_create_int64) \
  F(napi_create_reference) \
  F(napi_delete_reference) \
  F(napi_get_arraybuffer_info) \
  F(napi_create_function) \
  F(napi_add_finalizer) \
  F(napi_set_named_property) \
  F(napi_create_object) \
  F(napi_create_array_with_length) \
  F(napi_create_string_utf8) \
  F(napi_set_element)

static struct {
#define F(name) __typeof__(&name) name;
  NODE_FUNCTIONS(F)
#undef F
} node;

/** Every thread that loads the addon finds the same ones. */
static bool findNodeFunctions(void) {
  const HMODULE program = GetModuleHandleW(NULL);
#define F(function) \
  node.function = (__typeof__(node.function))(void *)GetProcAddress(program, #function); \
  if (!node.function) return false;
  NODE_FUNCTIONS(F)
#undef F
  return true;
}

#define napi_call_function node.napi_call_function
#define napi_create_double node.napi_create_double
#define napi_get_named_property node.napi_get_named_property
#define napi_get_reference_value node.napi_get_reference_value
#define napi_throw_range_error node.napi_throw_range_error
#define napi_get_value_double node.napi_get_value_double
#define napi_get_value_int32 node.napi_get_value_int32
#define napi_get_cb_info node.napi_get_cb_info
#define napi_create_int32 node.napi_create_int32
#define napi_create_int64 node.napi_create_int64
#define napi_create_reference node.napi_create_reference
#define napi_delete_reference node.napi_delete_reference
#define napi_get_arraybuffer_info node.napi_get_arraybuffer_info
#define napi_create_function node.napi_create_function
#define napi_add_finalizer node.napi_add_finalizer
#define napi_set_named_property node.napi_set_named_property
#define napi_create_object node.napi_create_object
#define napi_create_array_with_length node.napi_create_array_with_length
#define napi_create_string_utf8 node.napi_create_string_utf8
#define napi_set_element node.napi_set_element
#else
static bool findNodeFunctions(void) { return true; }
#endif
