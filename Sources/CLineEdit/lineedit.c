// For wcwidth.
#define _XOPEN_SOURCE 700

#include "CLineEdit.h"

#include <stdio.h>
#include <unistd.h>
#include <wchar.h>

EditLine *cle_start(const char *program) {
  return el_init(program, stdin, isatty(STDOUT_FILENO) ? stdout : stderr, stderr);
}

void cle_set_context(EditLine *el, void *context) { el_wset(el, EL_CLIENTDATA, context); }

void *cle_context(EditLine *el) {
  void *context = NULL;
  el_wget(el, EL_CLIENTDATA, &context);
  return context;
}

void cle_set_prompt(EditLine *el, cle_prompt prompt) {
  el_wset(el, EL_PROMPT_ESC, prompt, L'\1');
}

void cle_set_reader(EditLine *el, cle_reader reader) { el_wset(el, EL_GETCFN, reader); }

void cle_set_history(EditLine *el, HistoryW *history) {
  el_wset(el, EL_HIST, history_w, history);
}

void cle_set_mode(EditLine *el, const wchar_t *mode) { el_wset(el, EL_EDITOR, mode); }

void cle_set_capability(EditLine *el, const wchar_t *name, const wchar_t *value) {
  el_wset(el, EL_SETTC, name, value, (wchar_t *)NULL);
}

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

void cle_history_limit(HistoryW *history, int entries) {
  HistEventW event;
  history_w(history, &event, H_SETSIZE, entries);
}

void cle_history_add(HistoryW *history, const wchar_t *entry) {
  HistEventW event;
  history_w(history, &event, H_ENTER, entry);
}
