// How the addon, compiled once, reaches the kernels, compiled once a width.
#pragma once

/** One argument of a call, in the form its letter of the signature asks for. */
typedef struct {
  void *address;
  int whole;
  float number;
} Argument;

typedef struct {
  const char *name, *signature;
  void (*run)(const Argument *arguments);
} Kernel;

typedef struct {
  const Kernel *kernels;
  int (*winogradScratch)(int extent, int inChannels, int outChannels);
} Table;

#define MOST_ARGUMENTS 24

extern const Table table4, table8, table16;
extern const int kernelCount;
