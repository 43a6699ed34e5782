/* gateway_place.c - may a member of staff name this place? Its form, and what the
 * steward's tables say of it on a day. What others have said is never asked this. */
#include <stdio.h>

#include "nodes/gateway.h"

enum { PLACE_WORDS_BYTES = 300 };

/* "This municipality is no more. Its last day was 31/12/2024 (21015)." */
static void tell(struct node *node, struct gateway_call *call, enum code code,
        const char *field, const char *place, enum words words, uint32_t day)
{
    char text[PLACE_WORDS_BYTES], on[TIME_TEXT_BYTES];
    time_day_local_text((int32_t)day, on);
    snprintf(text, sizeof text, "%s %s (%s).", words_text(words, call->lang), on,
            place);
    gateway_wrong_text(node, call, code, field, text);
}

void gateway_place_on(struct node *node, struct gateway_call *call, const char *field,
        const char *place, int32_t day)
{
    const struct area *area;
    switch (directory_place(node->directory, place, day, &area)) {
    case DIRECTORY_PLACE_FITS: break;
    case DIRECTORY_PLACE_UNKNOWN:
        tell(node, call, E_SECTOR, field, place, WORDS_SECTOR_UNKNOWN, (uint32_t)day);
        break;
    case DIRECTORY_PLACE_NOT_YET:
        tell(node, call, E_AREA_OVER, field, place, WORDS_AREA_NOT_YET, area->from_day);
        break;
    case DIRECTORY_PLACE_OVER:
        tell(node, call, E_AREA_OVER, field, place, WORDS_AREA_OVER, area->until_day);
        break;
    }
}

void gateway_place(struct node *node, struct gateway_call *call, const char *field,
        const char *place)
{
    if (!ids_place_ok(place))
        gateway_wrong(call, E_FIELD, field, WORDS_PLACE);
    else
        gateway_place_on(node, call, field, place, time_brussels_day(node_now(node)));
}

void gateway_places(struct node *node, struct gateway_call *call, const char *field,
        const char *const *places, size_t n_places)
{
    for (size_t i = 0; i < n_places; i++)
        gateway_place(node, call, field, places[i]);
}

void gateway_area(struct node *node, struct gateway_call *call, const char *field,
        const char *area)
{
    if (!ids_area_ok(area))
        gateway_wrong(call, E_FIELD, field, WORDS_AREA);
    else
        gateway_place(node, call, field, area);
}
