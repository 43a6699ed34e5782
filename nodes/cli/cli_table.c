/* cli_table.c - tables and lines for people: aligned, as wide as the terminal is, and
 * at most 100 columns where there is none. */
#include <inttypes.h>
#include <sys/ioctl.h>

#include "core/time.h"
#include "nodes/cli/cli.h"

enum {
    LABEL_COLUMNS = 24,
    GAP = 2,
    NOTE_INDENT = 4,
    ROW_LINES = 2,
    NARROW_ROW_LINES = 4
};

/* --- width --- */

/* The character at *at as a number; steps over it. Broken bytes count one column each.
 */
static uint32_t next_character(const char **at)
{
    const unsigned char *s = (const unsigned char *)*at;
    int more = s[0] >= 0xF0 ? 3 : s[0] >= 0xE0 ? 2 : s[0] >= 0xC0 ? 1 : 0;
    uint32_t c = more == 3   ? s[0] & 0x07u
                 : more == 2 ? s[0] & 0x0Fu
                 : more == 1 ? s[0] & 0x1Fu
                             : s[0];
    int i = 1;
    for (; i <= more && (s[i] & 0xC0) == 0x80; i++)
        c = c << 6 | (s[i] & 0x3Fu);
    *at += i;
    return c;
}

/* Columns of a character: none for marks that combine, two for wide East Asian ones and
 * pictures. */
static size_t columns_of(uint32_t c)
{
    static const struct {
        uint32_t from, to;
        size_t columns;
    } RANGES[] = {
            {0x0300,  0x036F,  0},
            {0x200B,  0x200F,  0},
            {0xFE00,  0xFE0F,  0},
            {0x1100,  0x115F,  2},
            {0x2E80,  0xA4CF,  2},
            {0xAC00,  0xD7A3,  2},
            {0xF900,  0xFAFF,  2},
            {0xFE30,  0xFE6F,  2},
            {0xFF00,  0xFF60,  2},
            {0x1F300, 0x1FAFF, 2},
            {0x20000, 0x3FFFD, 2},
    };
    for (size_t i = 0; i < COUNT_OF(RANGES); i++) {
        if (c >= RANGES[i].from && c <= RANGES[i].to)
            return RANGES[i].columns;
    }
    return 1;
}

size_t cli_width(const char *text)
{
    size_t width = 0;
    while (*text != '\0')
        width += columns_of(next_character(&text));
    return width;
}

/* What others wrote never moves the cursor, and never turns round what stands behind
 * it: the marks that force a direction (U+202A to 202E, U+2066 to 2069) reach past the
 * end of their text. Arabic or Hebrew needs none of them. */
static bool moves_cursor(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

const char *cli_clean(char *out, size_t cap, const char *text)
{
    size_t len = 0;
    while (*text != '\0') {
        const char *start = text;
        bool moves = moves_cursor(next_character(&text));
        size_t n = moves ? 1 : (size_t)(text - start);
        if (n >= cap - len)
            break;
        memcpy(out + len, moves ? " " : start, n);
        len += n;
    }
    out[len] = '\0';
    return out;
}

void cli_put_plain(FILE *out, const char *text, const char *end)
{
    while (text < end) {
        const char *start = text;
        if (moves_cursor(next_character(&text)))
            fputc(' ', out);
        else
            fwrite(start, 1, (size_t)(text - start), out);
    }
}

/* At most `width` columns of it; "…" where it is cut. How many were printed. */
static size_t put_cut(FILE *out, const char *text, size_t width)
{
    size_t whole = cli_width(text), used = 0;
    const char *end = text;
    if (whole <= width) {
        cli_put_plain(out, text, text + strlen(text));
        return whole;
    }
    while (true) {
        const char *next = end;
        size_t columns = columns_of(next_character(&next));
        if (used + columns + 1 > width)
            break;
        used += columns;
        end = next;
    }
    cli_put_plain(out, text, end);
    fputs("…", out);
    return used + 1;
}

/* How wide a line may be: what the terminal shows, as far as that can be read. */
static size_t columns_here(FILE *out)
{
    struct winsize size = {0};
    int fd = fileno(out);
    if (fd < 0 || ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return TABLE_WIDTH;
    return size.ws_col < TABLE_WIDTH_MIN   ? TABLE_WIDTH_MIN
           : size.ws_col > TABLE_WIDTH_MAX ? TABLE_WIDTH_MAX
                                           : size.ws_col;
}

/* --- tables --- */

/* Widths that fit: the widest column gives way until all of them do. */
static void fit(size_t *widths, size_t n, size_t room)
{
    while (true) {
        size_t sum = (n - 1) * GAP, widest = 0;
        for (size_t i = 0; i < n; i++) {
            sum += widths[i];
            if (widths[i] > widths[widest])
                widest = i;
        }
        if (sum <= room || widths[widest] <= 4)
            return;
        widths[widest]--;
    }
}

static bool any_left(const char *const *rest, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (rest[i][0] != '\0')
            return true;
    return false;
}

/* As many words of a cell as `width` columns hold; *at goes on behind them. A word that
 * is wider by itself is broken. How many columns were printed. */
static size_t put_part(FILE *out, const char **at, size_t width)
{
    const char *start = *at;
    const char *next = start, *end = start;
    size_t used = 0, fits = 0;
    while (*next != '\0') {
        const char *after = next;
        size_t columns = columns_of(next_character(&after));
        if (used + columns > width)
            break;
        /* A break is behind a word. */
        used += columns;
        next = after;
        if (*next == ' ' || *next == '\0')
            end = next, fits = used;
    }
    if (next == start)
        used = columns_of(next_character(&next));
    if (end == start)
        end = next, fits = used;
    cli_put_plain(out, start, end);
    *at = end + strspn(end, " ");
    return fits;
}

/* What is left of a cell, on the last line of its row. */
static size_t put_last(FILE *out, const char **at, size_t width)
{
    const char *text = *at;
    *at += strlen(text);
    return put_cut(out, text, width);
}

/* One row, on the lines below what did not fit; nothing stands behind the last word of
 * a line. */
static void put_row(FILE *out, const char *const *cells, const size_t *widths, size_t n)
{
    /* On a small screen names are broken rather than cut. */
    size_t n_lines = columns_here(out) < TABLE_WIDTH ? NARROW_ROW_LINES : ROW_LINES;
    const char *rest[TABLE_COLUMNS_MAX];
    memcpy(rest, cells, n * sizeof *rest);
    for (size_t line = 1; line == 1 || any_left(rest, n); line++) {
        size_t n_here = n, owed = 0;
        while (n_here > 0 && rest[n_here - 1][0] == '\0')
            n_here--;
        for (size_t i = 0; i < n_here; i++) {
            if (rest[i][0] == '\0') {
                owed += widths[i] + GAP;
                continue;
            }
            fprintf(out, "%*s", (int)owed, "");
            owed = widths[i] + GAP -
                   (line < n_lines ? put_part : put_last)(out, &rest[i], widths[i]);
        }
        fputc('\n', out);
    }
}

void cli_table(const struct cli *cli, const char *const *cells, size_t n_rows,
        size_t n_columns)
{
    cli_table_notes(cli, cells, n_rows, n_columns, NULL);
}

void cli_table_notes(const struct cli *cli, const char *const *cells, size_t n_rows,
        size_t n_columns, const char *const *notes)
{
    size_t widths[TABLE_COLUMNS_MAX] = {0};
    if (n_columns == 0 || n_columns > TABLE_COLUMNS_MAX)
        return;
    for (size_t i = 0; i < n_rows * n_columns; i++) {
        size_t width = cli_width(cells[i]);
        if (width > widths[i % n_columns])
            widths[i % n_columns] = width;
    }
    fit(widths, n_columns, columns_here(cli->out));
    for (size_t i = 0; i < n_rows; i++) {
        put_row(cli->out, cells + i * n_columns, widths, n_columns);
        if (notes != NULL && notes[i] != NULL && notes[i][0] != '\0')
            cli_paragraph(cli->out, notes[i], NOTE_INDENT);
    }
}

const char **cli_cells(struct cli *cli, const enum text_id *heads, size_t n_columns,
        size_t n_rows)
{
    const char **cells =
            arena_take(&cli->arena, (n_rows + 1) * n_columns * sizeof *cells);
    for (size_t i = 0; cells != NULL && i < n_columns; i++)
        cells[i] = heads[i] == TEXT_NONE ? "" : cli_words(cli, heads[i]);
    return cells;
}

/* --- lines --- */

/* Words of a text, wrapped; the cursor stands at column `at`. Sentences are not read
 * well over more columns than TABLE_WIDTH. */
static void put_wrapped(FILE *out, const char *words, size_t indent, size_t at)
{
    size_t room = columns_here(out);
    if (room > TABLE_WIDTH)
        room = TABLE_WIDTH;
    while (*words != '\0') {
        if (*words == '\n' || *words == ' ') {
            if (*words == '\n') {
                fprintf(out, "\n%*s", (int)indent, "");
                at = indent;
            }
            words++;
            continue;
        }
        char word[CLI_WORDS_BYTES];
        size_t len = strcspn(words, " \n");
        if (len >= sizeof word)
            len = sizeof word - 1;
        memcpy(word, words, len);
        word[len] = '\0';
        size_t width = cli_width(word);
        if (at > indent && at + 1 + width > room) {
            fprintf(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (at > indent) {
            fputc(' ', out);
            at++;
        }
        at += put_cut(out, word, SIZE_MAX);
        words += len;
    }
    fputc('\n', out);
}

void cli_paragraph(FILE *out, const char *words, size_t indent)
{
    fprintf(out, "%*s", (int)indent, "");
    put_wrapped(out, words, indent, indent);
}

void cli_rest(FILE *out, const char *words, size_t indent)
{
    put_wrapped(out, words, indent, indent);
}

void cli_line(const struct cli *cli, enum text_id label, const char *words)
{
    if (words == NULL || words[0] == '\0')
        return;
    const char *name = cli_words(cli, label);
    size_t used = put_cut(cli->out, name, LABEL_COLUMNS);
    fprintf(cli->out, "%*s", (int)(LABEL_COLUMNS - used + GAP), "");
    put_wrapped(cli->out, words, LABEL_COLUMNS + GAP, LABEL_COLUMNS + GAP);
}

void cli_heading(const struct cli *cli, const char *words)
{
    fputc('\n', cli->out);
    cli_put_plain(cli->out, words, words + strlen(words));
    fputc('\n', cli->out);
}

/* --- texts in the arena --- */

const char *cli_labels(struct cli *cli, enum vocab vocab, const uint16_t *rows,
        size_t n)
{
    char all[CLI_WORDS_BYTES] = "";
    const char *between = ", ";
    size_t len = 0;
    /* Where a label has commas of its own, they do not part one label from the next. */
    for (size_t i = 0; i < n; i++)
        if (strchr(vocab_label(vocab, rows[i], cli->lang), ',') != NULL)
            between = "; ";
    for (size_t i = 0; i < n && len < sizeof all; i++) {
        int put = snprintf(all + len, sizeof all - len, "%s%s", i == 0 ? "" : between,
                vocab_label(vocab, rows[i], cli->lang));
        len += put > 0 ? (size_t)put : 0;
    }
    return cli_format(cli, TEXT_AS_IS, all, NULL);
}

const char *cli_joined(struct cli *cli, const char *const *texts, size_t n)
{
    char all[CLI_WORDS_BYTES] = "";
    size_t len = 0;
    for (size_t i = 0; i < n && len < sizeof all; i++) {
        int put = snprintf(all + len, sizeof all - len, "%s%s", i == 0 ? "" : ", ",
                texts[i]);
        len += put > 0 ? (size_t)put : 0;
    }
    return cli_format(cli, TEXT_AS_IS, all, NULL);
}

const char *cli_number(struct cli *cli, uint64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, number);
    return cli_format(cli, TEXT_AS_IS, text, NULL);
}

const char *cli_moment(struct cli *cli, uint64_t ms)
{
    char text[TIME_TEXT_BYTES];
    if (ms == 0)
        return "";
    time_local_text((int64_t)ms, text);
    return cli_format(cli, TEXT_AS_IS, text, NULL);
}

const char *cli_date(struct cli *cli, uint64_t ms)
{
    char text[TIME_TEXT_BYTES];
    if (ms == 0)
        return "";
    time_local_text((int64_t)ms, text);
    text[strcspn(text, " ")] = '\0';
    return cli_format(cli, TEXT_AS_IS, text, NULL);
}

const char *cli_day(struct cli *cli, uint32_t day)
{
    char text[TIME_TEXT_BYTES];
    if (day == 0)
        return "";
    time_day_local_text((int32_t)day, text);
    return cli_format(cli, TEXT_AS_IS, text, NULL);
}

const char *cli_date_of(struct cli *cli, const char *iso)
{
    char text[TIME_TEXT_BYTES];
    int32_t day;
    if (!time_day_parse(iso, &day))
        return iso;
    time_day_local_text(day, text);
    return cli_format(cli, TEXT_AS_IS, text, NULL);
}
