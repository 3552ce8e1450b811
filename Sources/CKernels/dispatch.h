// Compiles a function for several instruction sets; the best one is picked when the program starts.
#pragma once

#if defined(__x86_64__) && defined(__linux__)
#define NK_DISPATCH __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define NK_DISPATCH
#endif
