/* steward_table.h - the steward's tables of municipalities and sectors as two texts:
 * read strictly, line by line, and judged whole. Pure.
 *
 * areas.tsv:   nis, nl, fr, en, valid_from, valid_until
 * sectors.tsv: sector, nis, name, valid_from, valid_until
 *
 * The first line that is no remark (#) is the head above. A day is YYYY-MM-DD, the
 * first and the last on which a line holds; "open": there is none. */
#ifndef STEWARD_TABLE_H
#define STEWARD_TABLE_H

#include "core/arena.h"
#include "core/directory.h"
#include "core/err.h"

enum {
    STEWARD_TABLE_FILE_MAX = 4 * 1024 * 1024, /* bytes of one text */
    STEWARD_SECTORS_MAX = 512,                /* of one municipality, as on the wire */
    STEWARD_SECTOR_ROWS_MAX = 40000,          /* lines of sectors.tsv */
};

/* What is wrong with a line. The words for people are the command line's. */
enum table_fault {
    TABLE_FAULT_NONE,
    TABLE_FAULT_HEAD,     /* it does not begin with the names of its columns */
    TABLE_FAULT_EMPTY,    /* no municipality at all */
    TABLE_FAULT_COLUMNS,  /* too few or too many */
    TABLE_FAULT_TEXT,     /* not UTF-8, a control sign, or the name is too long */
    TABLE_FAULT_NIS,      /* no NIS code */
    TABLE_FAULT_SECTOR,   /* no code of a sector */
    TABLE_FAULT_DAY,      /* no day */
    TABLE_FAULT_DAYS,     /* it ends before it begins */
    TABLE_FAULT_REPEATED, /* the same municipality once more: other_line */
    TABLE_FAULT_MANY,     /* more than there may be */
    TABLE_FAULT_UNKNOWN,  /* a sector under a municipality without a line */
    TABLE_FAULT_OUTSIDE,  /* a sector on days on which its municipality is not */
    TABLE_FAULT_OVERLAP,  /* a sector twice on one day: other_line */
    TABLE_FAULT_LEFT_OUT, /* what stands in the table and in no line: code */
    N_TABLE_FAULTS
};
struct table_trouble {
    enum table_fault fault;
    bool sectors;  /* of sectors.tsv; else of areas.tsv */
    uint32_t line; /* counted from 1; 0: of none */
    uint32_t other_line;
    char code[10]; /* of the municipality or the sector */
};

struct table_area {
    const char *nis, *nl, *fr, *en;
    uint32_t from_day, until_day; /* 0: open */
    uint32_t line;
};
struct table_sector {
    const char *code, *nis;
    uint32_t from_day, until_day;
    uint32_t line;
};
/* Once judged, areas are ordered by nis, sectors by nis, code and first day. */
struct steward_table {
    struct table_area *areas;
    size_t n_areas;
    struct table_sector *sectors;
    size_t n_sectors;
};

/* E_FIELD, with what is wrong in *trouble: nothing is taken. Texts that the table
 * points to lie in the arena. */
MUST_USE bool steward_table_read(struct span areas, struct span sectors,
        struct arena *arena, struct steward_table *table, struct table_trouble *trouble,
        struct err *err);

/* The sectors of one municipality in a judged table. */
const struct table_sector *steward_table_sectors(const struct steward_table *table,
        const char *nis, size_t *n_sectors);

#endif
