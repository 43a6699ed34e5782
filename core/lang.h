/* lang.h - the three languages of every text for people. */
#ifndef LANG_H
#define LANG_H

#include <stdbool.h>

enum lang { LANG_NL, LANG_FR, LANG_EN, N_LANGS };

/* "nl", "fr" or "en" (also with a region: "nl_BE.UTF-8"); false when it is none of
 * them. */
bool lang_find(const char *tag, enum lang *lang);

/* Two letters; never NULL. */
const char *lang_tag(enum lang lang);

#endif
