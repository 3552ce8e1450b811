#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "CKernels.h"

_Thread_local nk_computation nk_thread_computation = {
    .limit = (ptrdiff_t)2 << 30,
    .patience = 1 << 20,
};

ptrdiff_t nk_process_bytes(int trims) {
  static int statm = -1;
  if (statm < 0) statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
#ifdef __GLIBC__
  if (trims) malloc_trim(0);
#endif
  char text[128];
  ssize_t count = statm < 0 ? -1 : pread(statm, text, sizeof text - 1, 0);
  if (count <= 0) return -1;
  text[count] = 0;
  long size, resident, shared;
  if (sscanf(text, "%ld %ld %ld", &size, &resident, &shared) != 3) return -1;
  return (ptrdiff_t)(resident - shared) * sysconf(_SC_PAGESIZE);
}

enum { piece = 2 << 20 };

static size_t whole_pieces(size_t bytes) { return (bytes + piece - 1) / piece * piece; }

bool nk_nowhere_is_used = false;

void *nk_map_nowhere(size_t bytes) {
  __atomic_store_n(&nk_nowhere_is_used, true, __ATOMIC_RELAXED);
  size_t size = whole_pieces(bytes);
  char *start = mmap(NULL, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) {
    perror("nabla: no addresses left");
    abort();
  }
  int pages = memfd_create("nowhere", MFD_CLOEXEC);
  if (pages >= 0 && ftruncate(pages, piece) == 0)
    for (size_t offset = 0; offset < size; offset += piece)
      mmap(start + offset, piece, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, pages, 0);
  if (pages >= 0) close(pages);
  return start;
}

void nk_unmap(void *start, size_t bytes) { munmap(start, whole_pieces(bytes)); }
