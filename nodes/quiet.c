/* quiet.c - who said no is left in peace. */
#include "nodes/quiet.h"

#include "core/time.h"

enum code quiet_judge(const struct quiet_ask *ask)
{
    bool why = ask->why != NULL && ask->why[0] != '\0';
    bool basis = ask->safety_basis != 0 && ask->safety_basis < N_SAFETY_BASIS;
    if (why != basis)
        return E_FIELD;
    if (ask->until_ms == 0 || ask->now_ms >= ask->until_ms || ask->asked_for)
        return CODE_OK;
    return basis ? CODE_OK : E_QUIET;
}

int64_t quiet_until(int64_t declined_ms)
{
    return declined_ms + (int64_t)QUIET_DAYS * TIME_DAY_MS;
}
