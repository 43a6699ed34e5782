/* cli_areas.h - the steward's tables of municipalities and sectors from two files. */
#ifndef CLI_AREAS_H
#define CLI_AREAS_H

#include "core/steward.h"
#include "nodes/cli/cli.h"

struct areas_set {
    bool quiet; /* the tables of a kit: nothing is shown or asked */
    bool look;  /* only show what would change */
    size_t n_areas, n_sectors;
    size_t n_changed; /* municipalities; 0: nothing was done */
};
/* Read, show what changes, ask, and set; EXIT_OK, or what was wrong is said. */
int cli_set_areas(struct cli *cli, struct steward *steward, const char *areas,
        const char *sectors, struct areas_set *set);

#endif
