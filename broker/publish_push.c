/* publish_push.c - the directory, handed on to every node; and who is no member is cut.
 */
#include "broker/state.h"

enum {
    ROWS_A_FRAME = 100,
    ROWS_BYTES = 512 * 1024,
};

static bool send_rows(struct broker *broker, struct partner *partner, struct err *err)
{
    struct session *session = &partner->session;
    struct span things[ROWS_A_FRAME];
    struct directory_rows rows = {.things = things, .upto = session->directory_upto};
    struct ledger_thing thing;
    size_t bytes = 0;
    bool found = true;

    if (rows.upto > broker->directory_seq)
        rows.upto = 0;
    while (rows.n_things < ROWS_A_FRAME && bytes < ROWS_BYTES) {
        if (!ledger_thing_next(broker->ledger, rows.upto, &broker->turn.arena, &thing,
                    &found, err))
            return false;
        if (!found)
            break;
        things[rows.n_things++] = thing.bytes;
        bytes += thing.bytes.len;
        rows.upto = thing.seq;
    }
    rows.more = found && rows.upto < broker->directory_seq;
    session->synced = !rows.more;
    session->sync_due = false;
    session->directory_upto = rows.upto;
    struct frame frame = {.v = 1, .directory = &rows};
    return turn_send(broker, broker->bus, session->conn, &frame, err);
}

bool publish_push(struct broker *broker, bool *more, struct err *err)
{
    const struct turn *turn = &broker->turn;
    struct partner *partner;

    if (broker->pushed_seq == broker->directory_seq && !broker->sync_due)
        return true;
    for (size_t i = 0; (partner = partners_at(broker->partners, i)) != NULL; i++) {
        const struct session *session = &partner->session;
        bool behind =
                session->synced && session->directory_upto < broker->directory_seq;
        if (!session->live || (!session->sync_due && !behind))
            continue;
        if (turn->arena.size - turn->arena.used < TURN_ARENA_SPARE ||
                turn->n_sends + 2 > TURN_SENDS_MAX) {
            *more = true;
            return true;
        }
        if (!send_rows(broker, partner, err))
            return err_wrap(err, "the directory for %s", partner->name);
    }
    broker->pushed_seq = broker->directory_seq;
    broker->sync_due = false;
    return true;
}

void publish_cut(struct broker *broker)
{
    struct partner *partner;

    if (!broker->directory_changed)
        return;
    broker->directory_changed = false;
    for (size_t i = 0; (partner = partners_at(broker->partners, i)) != NULL; i++) {
        if (directory_live_member(broker->directory, partner->name, broker->now_ms) !=
                NULL)
            continue;
        partner->session.live = false;
        size_t n = link_cut_user(broker->bus, partner->name);
        if (n > 0)
            log_info(broker->log, broker->now_ms, "cut", "peer=%s connections=%zu",
                    partner->name, n);
    }
}
