/* cli_csv.c - lines for a spreadsheet (RFC 4180). */
#include "nodes/cli/cli.h"

void cli_csv_begin(FILE *out)
{
    fputs("\xEF\xBB\xBF", out);
}

void cli_csv_field(FILE *out, const char *cell, bool last)
{
    bool formula = cell[0] != '\0' && strchr("=+-@\t\r", cell[0]) != NULL;
    const char *start = cell;
    fputc('"', out);
    if (formula)
        fputc('\'', out);
    for (; *cell != '\0'; cell++) {
        if (*cell != '"')
            continue;
        cli_put_plain(out, start, cell + 1);
        start = cell;
    }
    cli_put_plain(out, start, cell);
    fputs(last ? "\"\r\n" : "\",", out);
}
