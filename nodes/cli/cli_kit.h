/* cli_kit.h - what a starter kit holds (vocabularies kit, kit_area, kit_sector), and
 * the files that it makes. Codes of municipalities and of sectors stand beside each
 * other in tables with the days that they hold; none is worked out from the other. */
#ifndef CLI_KIT_H
#define CLI_KIT_H

#include "nodes/cli/cli.h"

enum {
    KIT_AREAS_MAX = 64,
    KIT_PATH_BYTES = HOME_PATH_MAX,
    KIT_FILE_BYTES = KIT_PATH_BYTES + 64,
};

struct kit {
    const struct new_network *wish;
    const char *dir;
    char broker[PARTNER_BYTES];
    char steward_home[KIT_PATH_BYTES];
    char broker_home[KIT_PATH_BYTES];
    char files[KIT_PATH_BYTES];
    const char *areas[KIT_AREAS_MAX]; /* those that are named, or those of the kit */
    size_t n_areas;
    char fingerprint[FINGERPRINT_TEXT_BYTES];
};

/* E_SIZE: the folder's path is too long. */
MUST_USE bool kit_make(struct kit *kit, const struct new_network *wish, const char *dir,
        struct err *err);
/* The path of one of its files. */
void kit_file(const struct kit *kit, const char *name, char path[KIT_FILE_BYTES]);
/* Add the kit's limits to the settings of its broker. */
MUST_USE bool kit_timers(const struct kit *kit, struct err *err);
/* Areas, sectors, partner types, notices in three languages, first steps. */
MUST_USE bool kit_files(struct cli *cli, const struct kit *kit, struct err *err);

#endif
