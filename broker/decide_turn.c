/* decide_turn.c - the questions that are asked before a candidate is. */
#include "broker/decide_turn.h"

/* What keeps it from being asked for good; CODE_OK: nothing. */
static enum code hindrance(const struct turn_facts *facts)
{
    if (!facts->sender_live)
        return E_AUTH;
    if (!facts->target_live)
        return E_UNREACHABLE;
    if (!facts->intake_open)
        return E_BUSY;
    if (!facts->preview_there || facts->preview_until_ms <= facts->now_ms)
        return E_TTL;
    return consent_decide(&facts->needs, facts->now_ms);
}

enum turn_verdict decide_turn(const struct turn_facts *facts, enum code *code)
{
    bool one_by_one = facts->mode != MODE_FIRST_CLAIM;

    *code = CODE_OK;
    if (facts->winner)
        return TURN_LOST;
    /* Its sender knows best how this one ended. */
    if (facts->stopped)
        return facts->sender_in_step ? TURN_LOST : TURN_WAIT;
    if (one_by_one && (facts->asked || facts->one_before))
        return TURN_QUEUE;
    /* Its sender may have stopped the list in the time that a lost store does not know
     * of. */
    if (!facts->sender_in_step || facts->sender_suspended)
        return TURN_WAIT;
    if (!facts->preview_there && facts->preview_awaited)
        return TURN_WAIT;
    *code = hindrance(facts);
    if (*code == CODE_OK)
        return TURN_GO;
    return *code == E_CONSENT_STALE ? TURN_WAIT : TURN_SKIP;
}
