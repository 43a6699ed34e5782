/* gateway_supply_show.c - what partners have said of themselves, and still counts. */
#include "nodes/gateway.h"
#include "nodes/spool_staff.h"

enum { LINES_MAX = 500 };

/* The lines so far. */
struct listing {
    struct node *node;
    enum statement_kind kind; /* NONE: all */
    struct supply_line *lines;
    size_t n_lines;
};

static struct supply_line *add_line(struct listing *list, enum statement_kind kind,
        const char *partner)
{
    if (list->n_lines == LINES_MAX)
        return NULL;
    struct supply_line *line = &list->lines[list->n_lines++];
    *line = (struct supply_line){.kind = kind, .partner = partner, .author = ""};
    return line;
}

static bool shown(const struct listing *list, enum statement_kind kind)
{
    /* What is said among neighbours has lists of its own. */
    return list->kind == STATEMENT_KIND_NONE
                   ? kind != STATEMENT_KIND_EPOCH_KEYS &&
                             kind != STATEMENT_KIND_PARTNERSHIP &&
                             kind <= STATEMENT_KIND_ABSENCE
                   : list->kind == kind;
}

/* The intake is told as it is now, whatever makes it so. */
static bool list_intake(struct listing *list, const char *partner, struct err *err)
{
    struct node *node = list->node;
    struct intake *intake = arena_take(&node->scratch, sizeof *intake);
    struct absence *absence = arena_take(&node->scratch, sizeof *absence);
    struct supply_line *line = add_line(list, STATEMENT_KIND_INTAKE, partner);
    const struct statement *statement;
    int32_t until_day;
    struct directory_walk walk = directory_walk_about(node->directory, partner,
            STATEMENT_KIND_INTAKE, node_now(node));
    if (line == NULL)
        return true;
    if (intake == NULL || absence == NULL)
        return err_set(err, E_SIZE, "no room for this list");
    while ((statement = directory_next(&walk)) != NULL) {
        *intake = *statement->intake;
        line->author = statement->author;
        line->said_ms = statement->issued_ms;
    }
    intake->state = directory_intake(node->directory, partner, node_now(node));
    line->intake = intake;
    line->counts = true;
    if (directory_absent(node->directory, partner, node_now(node), &until_day)) {
        absence->until_day = (uint32_t)until_day;
        line->absence = absence;
    }
    return true;
}

static void list_statement(struct listing *list, const char *partner,
        const struct statement *statement)
{
    const struct member *author = directory_live_member(list->node->directory,
            statement->author, node_now(list->node));
    struct supply_line *line = add_line(list, statement->kind, partner);
    if (line == NULL)
        return;
    line->author = statement->author;
    line->service = statement->service;
    line->capacity = statement->capacity;
    line->absence = statement->absence;
    line->mandate = statement->mandate;
    line->said_ms = statement->issued_ms;
    line->until_ms = statement->until_ms;
    line->counts = statement->kind != STATEMENT_KIND_MANDATE ||
                   (author != NULL && author->partner_type == PARTNER_TYPE_REGISSEUR);
}

/* Does anything that counts tell how much room there is for this need? */
static bool knows_capacity(const struct listing *list, const char *partner,
        uint16_t need)
{
    const struct statement *statement;
    struct directory_walk walk = directory_walk_about(list->node->directory, partner,
            STATEMENT_KIND_CAPACITY, node_now(list->node));
    while ((statement = directory_next(&walk)) != NULL)
        if (statement->capacity->need == need)
            return true;
    return false;
}

/* A service of which nothing is known any more says so: somebody has to say it anew. */
static bool list_unknown(struct listing *list, const char *partner,
        const struct service *service, struct err *err)
{
    if (knows_capacity(list, partner, service->need))
        return true;
    struct capacity *capacity = arena_take(&list->node->scratch, sizeof *capacity);
    struct supply_line *line = add_line(list, STATEMENT_KIND_CAPACITY, partner);
    if (line == NULL)
        return true;
    if (capacity == NULL)
        return err_set(err, E_SIZE, "no room for this list");
    *capacity = (struct capacity){.need = service->need, .area = "", .language = ""};
    line->capacity = capacity;
    line->unknown = true;
    return true;
}

static bool list_partner(struct listing *list, const char *partner, struct err *err)
{
    const struct statement *statement;
    struct directory_walk walk = directory_walk_about(list->node->directory, partner,
            STATEMENT_KIND_NONE, node_now(list->node));
    if (shown(list, STATEMENT_KIND_INTAKE) && !list_intake(list, partner, err))
        return false;
    while ((statement = directory_next(&walk)) != NULL) {
        if (statement->kind != STATEMENT_KIND_INTAKE && shown(list, statement->kind))
            list_statement(list, partner, statement);
        if (statement->kind == STATEMENT_KIND_SERVICE &&
                shown(list, STATEMENT_KIND_CAPACITY) &&
                !list_unknown(list, partner, statement->service, err))
            return false;
    }
    return true;
}

/* Ourselves, and the antennas that we support. */
static bool list_own(struct listing *list, struct err *err)
{
    struct node *node = list->node;
    if (!list_partner(list, node->partner, err))
        return false;
    for (size_t i = 0; i < directory_member_count(node->directory); i++) {
        const struct member *member = directory_member_at(node->directory, i);
        bool ours = member->role == ROLE_SUPPORTED &&
                    strcmp(member->supported_by, node->partner) == 0 &&
                    directory_live_member(node->directory, member->partner,
                            node_now(node)) != NULL;
        if (ours && !list_partner(list, member->partner, err))
            return false;
    }
    return true;
}

/* Who of our own staff is away, or will be. */
static bool list_staff(struct node *node, struct supply_list *reply, struct err *err)
{
    struct spool_substitute *rows =
            arena_take(&node->scratch, SPOOL_SUBSTITUTES_MAX * sizeof *rows);
    struct substitution *told =
            arena_take(&node->scratch, SPOOL_SUBSTITUTES_MAX * sizeof *told);
    if (rows == NULL || told == NULL)
        return err_set(err, E_SIZE, "no room for this list");
    if (!spool_substitutes(node->db, time_brussels_day(node_now(node)), rows,
                &reply->n_substitutes, err))
        return false;
    for (size_t i = 0; i < reply->n_substitutes; i++)
        told[i] = (struct substitution){rows[i].actor, rows[i].substitute,
                (uint32_t)rows[i].from_day, (uint32_t)rows[i].until_day};
    reply->substitutes = told;
    return true;
}

bool gateway_supply(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct list_supply *asked = call->request->supply;
    struct supply_list *reply = arena_take(&node->scratch, sizeof *reply);
    struct listing list = {.node = node,
            .kind = asked->kind,
            .lines = arena_take(&node->scratch, LINES_MAX * sizeof *list.lines)};
    if (reply == NULL || list.lines == NULL)
        return err_set(err, E_SIZE, "no room for this list");
    const struct member *member =
            directory_live_member(node->directory, asked->partner, node_now(node));
    if (asked->partner[0] != '\0' && (member == NULL || member->role == ROLE_BROKER))
        return gateway_wrong(call, E_NOT_FOUND, "partner", WORDS_PARTNER);
    bool ok = asked->partner[0] == '\0' ? list_own(&list, err)
                                        : list_partner(&list, member->partner, err);
    if (!ok)
        return false;
    *reply = (struct supply_list){.lines = list.lines, .n_lines = list.n_lines};
    call->reply.supply = reply;
    bool staff = asked->partner[0] == '\0' && shown(&list, STATEMENT_KIND_ABSENCE);
    return !staff || list_staff(node, reply, err);
}
