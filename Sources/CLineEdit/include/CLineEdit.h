#ifndef CLINEEDIT_H
#define CLINEEDIT_H

#include <histedit.h>
#include <termios.h>

// Swift cannot call C functions with variable arguments, and the setters of libedit all are.
// Each function here is one such call with its types fixed; the editor itself is in Swift.

typedef unsigned char (*cle_command)(EditLine *, wint_t);
typedef wchar_t *(*cle_prompt)(EditLine *);
typedef int (*cle_reader)(EditLine *, wchar_t *);

/// An editor on standard input that rings and, where it `draws`, draws on standard output, or on
/// standard error when standard output is not a terminal. NULL when libedit cannot start.
EditLine *cle_start(const char *program, int draws);

void cle_set_context(EditLine *, void *);
void *cle_context(EditLine *);

void cle_set_prompt(EditLine *, cle_prompt);
void cle_set_reader(EditLine *, cle_reader);
void cle_set_mode(EditLine *, const wchar_t *mode);

/// Makes `nabla-key` a command that keys can be bound to; it is told the key.
void cle_define_key(EditLine *, cle_command);
/// Binds a key in the map for typing or in that for vi's commands.
void cle_bind(EditLine *, int in_command_mode, const wchar_t *key, const wchar_t *command);
/// Makes one of vi's command keys act as another key.
void cle_alias(EditLine *, const wchar_t *key, const wchar_t *other);

/// Puts the terminal in the editor's mode, or back into the one it was found in.
void cle_prepare_terminal(EditLine *, int for_editing);
/// Draws prompt and text anew from where the terminal's cursor is.
void cle_redraw(EditLine *);

/// Columns a character takes in the current locale, -1 for a control character.
int cle_width(wchar_t);

/// fork(2), which Swift does not offer: for a program in which one thread works.
int cle_fork(void);

// Signals: handlers may only touch atomics and call write(2), so they are in C.

/// The number of interrupts (Ctrl-C) since it was last set to 0; computations poll it.
int *cle_interrupt_count(void);
/// What the second interrupt in a row says, as a computation is slow to stop: a message on
/// standard error, or the end of the program with status 130.
void cle_catch_interrupt(const char *still_busy, int end_at_second);

/// From now on the signal is only noted, and ends a `cle_wait`: every signal one
/// without time limit, those that end what is being typed (Ctrl-C) also others.
void cle_catch(int signal);
void cle_release(int signal);
/// The signals noted since the last call, one bit each (bit n is signal n).
unsigned long cle_take_signals(void);

/// From now on SIGTERM, SIGHUP and SIGQUIT first send `text` to standard output and give the terminal
/// these modes, also in the middle of a computation; then they end the program as ever.
void cle_leave_with(const char *text, const struct termios *modes);
/// They end the program without that again.
void cle_leave_plainly(void);

enum { CLE_READABLE = 1, CLE_TIMEOUT = 0, CLE_SIGNAL = -1 };
/// Waits for input: for so many milliseconds, or (-1) until a signal comes.
int cle_wait(int descriptor, int milliseconds);

#endif
