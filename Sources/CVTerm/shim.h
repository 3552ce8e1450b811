#include <string.h>
#include <vterm.h>

// Swift cannot read structures with bit fields.

/// Columns of the cell at a place, and the scalars of its character, up to VTERM_MAX_CHARS_PER_CELL.
static inline int cvt_cell(VTermScreen *screen, int row, int column, uint32_t *scalars) {
  VTermScreenCell cell;
  memset(&cell, 0, sizeof cell);
  VTermPos place = {.row = row, .col = column};
  vterm_screen_get_cell(screen, place, &cell);
  memcpy(scalars, cell.chars, sizeof cell.chars);
  return cell.width;
}

static inline VTermPos cvt_cursor(VTerm *terminal) {
  VTermPos place;
  vterm_state_get_cursorpos(vterm_obtain_state(terminal), &place);
  return place;
}
