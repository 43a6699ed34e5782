/* cells.h - the table "Offer transitions" of docs/referrals.md once more, in letters:
 * for tests that try every cell. */
#ifndef CELLS_H
#define CELLS_H

#include <string.h>

#include "core/lifecycle.h"
#include "core/vocab.h"

/* One letter a state, in the order of enum offer_state: none, Requested, Seen, Info
 * requested, Waitlisted, Accepted, in Progress, on Hold, Completed, Failed, Declined,
 * Not selected, eXpired, cancelLed, in Error, Queued, sKipped. */
static const char CELL_LETTERS[] = "-RSIWAPHCFDNXLEQK";
enum { N_STATES = 17, N_EVENTS = 25 };

/* Where each event leads from each state; '.' is nowhere. What was on hold was accepted
 * before. */
/* clang-format off */
static const struct {
    enum offer_event event;
    enum lifecycle_role role;
    const char *from; /*               -RSIWAPHCFDNXLEQK */
} CELLS[] = {
    {OFFER_EVENT_OFFER, LIFECYCLE_SENDER,             "R................"},
    {OFFER_EVENT_SEEN, LIFECYCLE_TARGET,              ".S..............."},
    {OFFER_EVENT_INFO_REQUEST, LIFECYCLE_TARGET,      ".II.............."},
    {OFFER_EVENT_INFO_REPLY, LIFECYCLE_SENDER,        "...S............."},
    {OFFER_EVENT_WAITLIST, LIFECYCLE_TARGET,          ".WWW............."},
    {OFFER_EVENT_ACCEPT, LIFECYCLE_TARGET,            ".AAAA............"},
    {OFFER_EVENT_DECLINE, LIFECYCLE_TARGET,           ".DDDD............"},
    {OFFER_EVENT_NOT_SELECTED, LIFECYCLE_BROKER,      ".NNNN..........N."},
    {OFFER_EVENT_EXPIRE, LIFECYCLE_BROKER,            ".XXXXXXX........."},
    {OFFER_EVENT_START, LIFECYCLE_TARGET,             ".....P..........."},
    {OFFER_EVENT_HOLD, LIFECYCLE_TARGET,              ".....HH.........."},
    {OFFER_EVENT_RESUME, LIFECYCLE_TARGET,            ".......A........."},
    {OFFER_EVENT_PROGRESS, LIFECYCLE_TARGET,          "......P.........."},
    {OFFER_EVENT_OUTCOME, LIFECYCLE_TARGET,           "......C.........."},
    {OFFER_EVENT_FAIL, LIFECYCLE_TARGET,              ".....FFF........."},
    {OFFER_EVENT_CANCEL, LIFECYCLE_SENDER,            ".LLLLLLL..D.X..LK"},
    {OFFER_EVENT_FORWARD, LIFECYCLE_TARGET,           ".....AP.........."},
    {OFFER_EVENT_IN_ERROR, LIFECYCLE_SENDER,          ".EEEEEEE.......E."},
    {OFFER_EVENT_CONSENT_WITHDRAWN, LIFECYCLE_BROKER, ".LLLLLLL.......L."},
    {OFFER_EVENT_INFO_TIMEOUT, LIFECYCLE_BROKER,      "...S............."},
    {OFFER_EVENT_CONFIRM, LIFECYCLE_SENDER,           "........CF......."},
    {OFFER_EVENT_TURN, LIFECYCLE_BROKER,              "...............R."},
    {OFFER_EVENT_SKIP, LIFECYCLE_BROKER,              "...............K."},
};
/* clang-format on */
enum { N_CELLS = COUNT_OF(CELLS) };

/* The state that a cell leads to, or -1. */
static inline int cells_lead(int from, int event, int role)
{
    for (size_t i = 0; i < N_CELLS; i++) {
        if ((int)CELLS[i].event != event || (int)CELLS[i].role != role ||
                from >= N_STATES || CELLS[i].from[from] == '.')
            continue;
        return (int)(strchr(CELL_LETTERS, CELLS[i].from[from]) - CELL_LETTERS);
    }
    return -1;
}

#endif
