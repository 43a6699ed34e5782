/* french.h - the spaces of French before : ; ? ! and within its quotation marks. */
#ifndef FRENCH_H
#define FRENCH_H

#include <stdbool.h>
#include <string.h>

#define FRENCH_SPACE "\xC2\xA0" /* it does not break, and every font has it */

/* Does a word end here? Not in an address or a time. */
static inline bool french_word_ends(const char *at)
{
    return *at == '\0' || strchr(" \")\n", *at) != NULL || (unsigned char)*at == 0xC2;
}

/* Is it written as French is? A mark at the start belongs to what goes before. */
static inline bool french_is_well_spaced(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        bool mark = strchr(":;?!", *at) != NULL;
        bool spaced = at - text >= 2 && memcmp(at - 2, FRENCH_SPACE, 2) == 0;
        bool more = at > text && strchr(":;?!", at[-1]) != NULL;
        if (mark && at > text && !spaced && !more && french_word_ends(at + 1))
            return false;
        if (strncmp(at, "\xC2\xAB", 2) == 0 && strncmp(at + 2, FRENCH_SPACE, 2) != 0)
            return false;
        if (strncmp(at, "\xC2\xBB", 2) == 0 && !spaced)
            return false;
    }
    return true;
}

#endif
