/* gateway_confidence.h - what was said in confidence: taken out of what a request
 * sends, kept in our own case, shown to our own staff. */
#ifndef GATEWAY_CONFIDENCE_H
#define GATEWAY_CONFIDENCE_H

#include "nodes/disclose_confidence.h"
#include "nodes/gateway.h"

enum { GATEWAY_CONFIDENCES_SHOWN = 40 }; /* of one case, the newest */

/* The parts that a request names in confidence itself. */
MUST_USE bool gateway_confidence_list(const char *const *parts, size_t n_parts,
        struct confidence *confidence, struct err *err);
/* Take the marked parts out of a text; a mark that is wrong refuses the call. */
MUST_USE bool gateway_confidence_take(struct node *node, struct gateway_call *call,
        const char *field, const char **text, struct confidence *confidence,
        struct err *err);
/* Keep them, encrypted with the case's key. */
MUST_USE bool gateway_confidence_keep(struct node *node,
        const struct gateway_call *call, const struct spool_case *file,
        const struct confidence *confidence, struct err *err);
/* Show them. */
MUST_USE bool gateway_confidence_show(struct node *node, const struct spool_case *file,
        struct case_detail *detail, struct err *err);

/* Is there a mark where none is taken out? Refuses the call then. */
MUST_USE bool gateway_confidence_check(struct node *node, struct gateway_call *call,
        const struct wire_map *map, const void *op, bool taken_out, struct err *err);

#endif
