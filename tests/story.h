/* story.h - what happened on the wire, told in lines that people can read: names, small
 * numbers in place of random ids, seconds since the story began. */
#ifndef STORY_H
#define STORY_H

#include <stdbool.h>
#include <stdint.h>

/* Begin to listen, at the next whole second of the simulated world. */
void story_begin(void);
/* A line of the teller's own. */
void story_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Everything so far. */
const char *story_text(void);

/* Go on until the story has these words, at most for_ms; false: it never had. */
bool story_until(const char *words, int64_t for_ms);

/* Is the story this one? Shows the first line that differs, and the whole. Lines of
 * `expected` end in a newline each. */
void story_check(const char *expected);

#endif
