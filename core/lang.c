/* lang.c - the three languages of every text for people. */
#include "core/lang.h"

#include <stddef.h>
#include <string.h>

static const char *const TAGS[N_LANGS] = {
        [LANG_NL] = "nl",
        [LANG_FR] = "fr",
        [LANG_EN] = "en",
};

bool lang_find(const char *tag, enum lang *lang)
{
    if (tag == NULL)
        return false;
    for (size_t i = 0; i < N_LANGS; i++) {
        size_t len = strlen(TAGS[i]);
        if (strncmp(tag, TAGS[i], len) != 0)
            continue;
        /* Behind the two letters: nothing, a region, a character set or a variant. */
        if (strchr("_-.@", tag[len]) == NULL)
            return false;
        *lang = (enum lang)i;
        return true;
    }
    return false;
}

const char *lang_tag(enum lang lang)
{
    return (size_t)lang < N_LANGS ? TAGS[lang] : TAGS[LANG_EN];
}
