#include "CLineEdit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static int interrupts;
static atomic_ulong noted;
static const char *busy_message;
static int ends_at_second;
// A handler may run on any thread, so it wakes the waiting one through a pipe.
static int wake[2] = {-1, -1};

int *cle_interrupt_count(void) { return &interrupts; }

static void handle(int signal) {
  int saved = errno;
  atomic_fetch_or(&noted, 1UL << signal);
  if (wake[1] >= 0 && write(wake[1], "", 1) < 0) {
    // The pipe is full: the reader has been woken often enough.
  }
  if (signal == SIGINT && __atomic_add_fetch(&interrupts, 1, __ATOMIC_SEQ_CST) == 2) {
    if (ends_at_second) _exit(130);
    if (busy_message && write(STDERR_FILENO, busy_message, strlen(busy_message)) < 0) {
      // Nobody is there to read it.
    }
  }
  errno = saved;
}

static void open_wake_pipe(void) {
  if (wake[0] >= 0 || pipe(wake) != 0) return;
  for (int end = 0; end < 2; end++) {
    fcntl(wake[end], F_SETFL, fcntl(wake[end], F_GETFL) | O_NONBLOCK);
    fcntl(wake[end], F_SETFD, FD_CLOEXEC);
  }
}

void cle_catch(int signal) {
  open_wake_pipe();
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handle;
  sigemptyset(&action.sa_mask);
  // Without SA_RESTART: a signal must end the read that waits for a key.
  sigaction(signal, &action, NULL);
}

void cle_release(int number) { signal(number, SIG_DFL); }

void cle_catch_interrupt(const char *still_busy, int end_at_second) {
  busy_message = still_busy;
  ends_at_second = end_at_second;
  cle_catch(SIGINT);
}

unsigned long cle_take_signals(void) {
  char bytes[64];
  while (wake[0] >= 0 && read(wake[0], bytes, sizeof bytes) > 0) {
  }
  return atomic_exchange(&noted, 0);
}

// Signals that end what is being typed; a new size of the window can wait until a key is whole.
static int has_urgent_signal(void) {
  unsigned long urgent = 1UL << SIGINT | 1UL << SIGTERM | 1UL << SIGHUP | 1UL << SIGQUIT;
  return (atomic_load(&noted) & urgent) != 0;
}

static int wait_for_signals_too(int descriptor) {
  struct pollfd events[2] = {{descriptor, POLLIN, 0}, {wake[0], POLLIN, 0}};
  int count = poll(events, 2, -1);
  return count < 0 || events[1].revents ? CLE_SIGNAL : CLE_READABLE;
}

int cle_wait(int descriptor, int milliseconds) {
  if (milliseconds < 0) return wait_for_signals_too(descriptor);
  // In slices, as a signal may be handled on a thread that is not the one that waits.
  for (int slice = 20; milliseconds >= 0; milliseconds -= slice) {
    if (milliseconds > 0 && has_urgent_signal()) return CLE_SIGNAL;
    struct pollfd event = {descriptor, POLLIN, 0};
    if (poll(&event, 1, milliseconds < slice ? milliseconds : slice) > 0) return CLE_READABLE;
  }
  return CLE_TIMEOUT;
}

static const int endings[] = {SIGTERM, SIGHUP, SIGQUIT};
static const char *last_text;
static struct termios last_modes;

static void leave(int signal) {
  if (write(STDOUT_FILENO, last_text, strlen(last_text)) < 0) {
    // The terminal has gone.
  }
  tcsetattr(STDIN_FILENO, TCSANOW, &last_modes);
  // SA_RESETHAND has put the system's own ending back, SA_NODEFER lets it come now.
  raise(signal);
}

void cle_leave_with(const char *text, const struct termios *modes) {
  last_text = text;
  last_modes = *modes;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = leave;
  action.sa_flags = SA_RESETHAND | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    sigaction(endings[i], &action, NULL);
  }
}

void cle_leave_plainly(void) {
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) cle_release(endings[i]);
}

int cle_fork(void) { return fork(); }
