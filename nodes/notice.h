/* notice.h - the text that explains a consent to a person, as it ships with the
 * program; an organisation may use its own. */
#ifndef NOTICE_H
#define NOTICE_H

#include "core/lang.h"
#include "core/span.h"

/* A change of a text is a new version: records name the one that was read. */
#define NOTICE_VERSION "1"

const char *notice_title(enum lang lang);
/* Whole sentences, with a new line between paragraphs. Never NULL. */
const char *notice_text(enum lang lang);
/* SHA-256 of the text. */
struct key32 notice_hash(enum lang lang);

#endif
