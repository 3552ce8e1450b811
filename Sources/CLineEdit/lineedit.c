// For wcwidth and fopencookie.
#define _GNU_SOURCE

#include "CLineEdit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

// What libedit draws, of which only its bell is wanted.
static ssize_t hear(void *descriptor, const char *bytes, size_t count) {
  if (memchr(bytes, '\a', count)) (void)!write(*(int *)descriptor, "\a", 1);
  return (ssize_t)count;
}

EditLine *cle_start(const char *program, int draws) {
  static int output;
  output = isatty(STDOUT_FILENO) ? STDOUT_FILENO : STDERR_FILENO;
  FILE *terminal = output == STDOUT_FILENO ? stdout : stderr;
  if (draws) return el_init(program, stdin, terminal, stderr);
  FILE *nowhere = fopencookie(&output, "w", (cookie_io_functions_t){.write = hear});
  if (!nowhere) return NULL;
  setvbuf(nowhere, NULL, _IONBF, 0);
  return el_init_fd(program, stdin, nowhere, stderr, STDIN_FILENO, output, STDERR_FILENO);
}

void cle_set_context(EditLine *el, void *context) { el_wset(el, EL_CLIENTDATA, context); }

void *cle_context(EditLine *el) {
  void *context = NULL;
  el_wget(el, EL_CLIENTDATA, &context);
  return context;
}

void cle_set_prompt(EditLine *el, cle_prompt prompt) {
  el_wset(el, EL_PROMPT, prompt);
}

void cle_set_reader(EditLine *el, cle_reader reader) { el_wset(el, EL_GETCFN, reader); }

void cle_set_mode(EditLine *el, const wchar_t *mode) { el_wset(el, EL_EDITOR, mode); }

void cle_define_key(EditLine *el, cle_command command) {
  // libedit keeps both pointers.
  el_wset(el, EL_ADDFN, L"nabla-key", L"Edit input of several lines", command);
}

void cle_bind(EditLine *el, int in_command_mode, const wchar_t *key, const wchar_t *command) {
  if (in_command_mode) {
    el_wset(el, EL_BIND, L"-a", key, command, (wchar_t *)NULL);
  } else {
    el_wset(el, EL_BIND, key, command, (wchar_t *)NULL);
  }
}

void cle_alias(EditLine *el, const wchar_t *key, const wchar_t *other) {
  el_wset(el, EL_BIND, L"-a", L"-s", key, other, (wchar_t *)NULL);
}

void cle_prepare_terminal(EditLine *el, int for_editing) {
  el_wset(el, EL_PREP_TERM, for_editing);
}

void cle_redraw(EditLine *el) { el_wset(el, EL_REFRESH); }

int cle_width(wchar_t character) { return wcwidth(character); }
