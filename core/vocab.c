/* vocab.c - looking up codes and labels in the tables that are made from proto/vocab.
 */
#include "core/vocab.h"

#include <stddef.h>
#include <string.h>

/* The cell of a row in one of the columns, or "" when there is no such row. */
static const char *cell(enum vocab vocab, uint16_t row, uint16_t column)
{
    const struct vocab_table *table;

    if ((unsigned)vocab >= N_VOCABS)
        return "";
    table = &VOCAB_TABLES[vocab];
    if (row == 0 || row > table->n_rows)
        return "";
    return table->cells[(size_t)(row - 1) * table->n_columns + column];
}

uint16_t vocab_find(enum vocab vocab, const char *code)
{
    const struct vocab_table *table;
    unsigned low = 0;
    unsigned high;

    if ((unsigned)vocab >= N_VOCABS)
        return 0;
    table = &VOCAB_TABLES[vocab];
    high = table->n_rows;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        uint16_t row = table->sorted[middle];
        const char *there = table->cells[(size_t)(row - 1) * table->n_columns];
        /* Most differ in their first character. */
        int order = (unsigned char)code[0] - (unsigned char)there[0];

        if (order == 0)
            order = strcmp(code, there);
        if (order == 0)
            return row;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return 0;
}

const char *vocab_code(enum vocab vocab, uint16_t row)
{
    return cell(vocab, row, 0);
}

const char *vocab_label(enum vocab vocab, uint16_t row, enum lang lang)
{
    if ((unsigned)vocab >= N_VOCABS || (unsigned)lang >= N_LANGS)
        return "";
    return cell(vocab, row, VOCAB_TABLES[vocab].labels[lang]);
}

const char *vocab_column(enum vocab vocab, uint16_t row, const char *column)
{
    if ((unsigned)vocab >= N_VOCABS)
        return "";
    for (uint16_t i = 0; i < VOCAB_TABLES[vocab].n_columns; i++) {
        if (strcmp(VOCAB_TABLES[vocab].columns[i], column) == 0)
            return cell(vocab, row, i);
    }
    return "";
}

uint16_t vocab_count(enum vocab vocab)
{
    return (unsigned)vocab < N_VOCABS ? VOCAB_TABLES[vocab].n_rows : 0;
}

const char *vocab_name(enum vocab vocab)
{
    return (unsigned)vocab < N_VOCABS ? VOCAB_TABLES[vocab].name : "";
}
