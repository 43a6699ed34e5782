/* gateway_neighbours_show.c - what is asked, told and advised in the network, as this
 * node knows it; the register of advice with its answers. */
#include <stdlib.h>
#include <strings.h>

#include "nodes/gateway_neighbours.h"

enum { LINES_MAX = 300, ANSWERS_MAX = 20, FOUND_MAX = 2000 };

/* The lines so far. */
struct listing {
    struct node *node;
    const struct list_neighbours *wish;
    int32_t day; /* in Brussels */
    const struct statement **found;
    size_t n_found;
    uint64_t more;
};

/* ------------------------------------------------------------- which */

/* Where it holds, for whom, in which languages; of what it does not say: everywhere,
 * for everybody, in any. */
struct about {
    const char *const *areas;
    size_t n_areas;
    const uint16_t *audiences;
    size_t n_audiences;
    const char *const *languages;
    size_t n_languages;
};

#define ABOUT(says)                                                                    \
    ((struct about){(says)->areas, (says)->n_areas, (says)->audiences,                 \
            (says)->n_audiences, (says)->languages, (says)->n_languages})

static struct about about(const struct statement *statement)
{
    if (statement->campaign != NULL)
        return ABOUT(statement->campaign);
    if (statement->barrier != NULL)
        return ABOUT(statement->barrier);
    if (statement->advice != NULL)
        return ABOUT(statement->advice);
    if (statement->ask == NULL)
        return (struct about){.n_areas = 0};
    return (struct about){.areas = &statement->ask->area,
            .n_areas = 1,
            .languages = &statement->ask->language,
            .n_languages = statement->ask->language[0] != '\0'};
}

static bool about_place(const struct listing *list, const struct about *about)
{
    const struct directory *directory = list->node->directory;
    const char *place = list->wish->area;
    for (size_t i = 0; i < about->n_areas; i++)
        if (directory_within(directory, place, about->areas[i], list->day) ||
                directory_within(directory, about->areas[i], place, list->day))
            return true;
    return about->n_areas == 0;
}

static bool about_audience(const struct about *about, uint16_t audience)
{
    for (size_t i = 0; i < about->n_audiences; i++)
        if (about->audiences[i] == audience ||
                about->audiences[i] == AUDIENCE_EVERYBODY)
            return true;
    return about->n_audiences == 0;
}

/* "nl" also finds what is said in "nl-BE". */
static bool about_language(const struct about *about, const char *language)
{
    size_t len = strlen(language);
    for (size_t i = 0; i < about->n_languages; i++)
        if (strncasecmp(about->languages[i], language, len) == 0 &&
                (about->languages[i][len] == '\0' || about->languages[i][len] == '-'))
            return true;
    return about->n_languages == 0;
}

static bool is_over(const struct statement *statement)
{
    return statement->ask != NULL && statement->ask->state != ASK_STATE_OPEN &&
           statement->ask->state != ASK_STATE_TAKEN;
}

static bool is_wanted(const struct listing *list, const struct statement *statement)
{
    const struct list_neighbours *wish = list->wish;
    char reference[ASKS_REFERENCE_BYTES];
    asks_reference(statement, reference);
    if (wish->which[0] != '\0')
        return strcmp(reference, wish->which) == 0;
    const struct about said = about(statement);
    return (wish->all || !is_over(statement)) &&
           (wish->area[0] == '\0' || about_place(list, &said)) &&
           (wish->audience == 0 || about_audience(&said, wish->audience)) &&
           (wish->language[0] == '\0' || about_language(&said, wish->language));
}

static void add_of(struct listing *list, const struct member *member)
{
    const struct statement *statement;
    struct directory_walk walk = directory_walk_by(list->node->directory,
            member->partner, list->wish->kind, node_now(list->node));
    /* What it may not say, it said when it was something else. */
    if (!directory_may_say(member, list->wish->kind))
        return;
    while ((statement = directory_next(&walk)) != NULL) {
        if (!is_wanted(list, statement))
            continue;
        if (list->n_found == FOUND_MAX)
            list->more++;
        else
            list->found[list->n_found++] = statement;
    }
}

/* The newest first; of two at once by author and number. */
static int newest_first(const void *a, const void *b)
{
    const struct statement *one = *(const struct statement *const *)a;
    const struct statement *other = *(const struct statement *const *)b;
    if (one->issued_ms != other->issued_ms)
        return one->issued_ms > other->issued_ms ? -1 : 1;
    int order = strcmp(one->author, other->author);
    return order != 0 ? order : strcmp(one->subject, other->subject);
}

/* ------------------------------------------------------------- lines */

static bool add_answers(struct node *node, const struct statement *advice,
        struct neighbour_line *line, struct err *err)
{
    char subject[ASKS_REFERENCE_BYTES];
    struct advice_answer_line *answers =
            arena_take(&node->scratch, ANSWERS_MAX * sizeof *answers);
    if (answers == NULL)
        return err_set(err, E_SIZE, "no room for this list");
    asks_reference(advice, subject);
    line->answers = answers;
    for (size_t i = 0; i < directory_member_count(node->directory) &&
                       line->n_answers < ANSWERS_MAX;
            i++) {
        const struct member *member = directory_member_at(node->directory, i);
        const struct statement *answer;
        struct directory_walk walk = directory_walk_by(node->directory, member->partner,
                STATEMENT_KIND_ADVICE_ANSWER, node_now(node));
        while ((answer = directory_next(&walk)) != NULL)
            if (strcmp(answer->subject, subject) == 0 &&
                    directory_asked_advice(advice->advice, member) &&
                    memcmp(&answer->advice_answer->advice_id,
                            &advice->advice->advice_id,
                            sizeof advice->advice->advice_id) == 0)
                break;
        if (answer != NULL)
            answers[line->n_answers++] = (struct advice_answer_line){member->partner,
                    answer->advice_answer, answer->issued_ms};
    }
    return true;
}

static bool fill(struct node *node, const struct statement *statement,
        struct neighbour_line *line, struct err *err)
{
    const struct member *self = node_self(node);
    bool ours = strcmp(statement->author, node->partner) == 0;
    *line = (struct neighbour_line){
            .kind = statement->kind,
            .author = statement->author,
            .number = strtoull(statement->subject, NULL, 10),
            .said_ms = statement->issued_ms,
            .until_ms = statement->until_ms,
            .ours = ours,
            .claimed_by = "",
            .ask = statement->ask,
            .campaign = statement->campaign,
            .barrier = statement->barrier,
            .advice = statement->advice,
    };
    if (statement->ask != NULL) {
        const struct statement *claim = statement->ask->state == ASK_STATE_OPEN
                                                ? asks_first_claim(node, statement)
                                                : NULL;
        line->for_us = statement->ask->state == ASK_STATE_TAKEN &&
                       strcmp(statement->ask->taken_by, node->partner) == 0;
        line->claimed_by = claim != NULL ? claim->author : "";
    }
    if (statement->advice == NULL)
        return true;
    line->for_us = self != NULL && directory_asked_advice(statement->advice, self);
    return add_answers(node, statement, line, err);
}

bool gateway_neighbours(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct list_neighbours *wish = call->request->neighbours;
    struct neighbour_list *reply = arena_take(&node->scratch, sizeof *reply);
    struct neighbour_line *lines =
            arena_take(&node->scratch, LINES_MAX * sizeof *lines);
    struct listing list = {.node = node,
            .wish = wish,
            .day = time_brussels_day(node_now(node)),
            .found = arena_take(&node->scratch, FOUND_MAX * sizeof(void *))};
    if (reply == NULL || lines == NULL || list.found == NULL)
        return err_set(err, E_SIZE, "no room for this list");
    bool kind_ok =
            wish->kind == STATEMENT_KIND_ASK || wish->kind == STATEMENT_KIND_CAMPAIGN ||
            wish->kind == STATEMENT_KIND_BARRIER || wish->kind == STATEMENT_KIND_ADVICE;
    if (!kind_ok)
        return gateway_wrong(call, E_FIELD, "kind", WORDS_KIND_OF_LIST);
    if (wish->area[0] != '\0')
        gateway_place(node, call, "area", wish->area);
    if (call->code != CODE_OK)
        return true;
    for (size_t i = 0; i < directory_member_count(node->directory); i++) {
        const struct member *member = directory_member_at(node->directory, i);
        if (wish->partner[0] == '\0' || strcmp(member->partner, wish->partner) == 0)
            add_of(&list, member);
    }
    if (wish->which[0] != '\0' && list.n_found == 0)
        return gateway_wrong(call, E_NOT_FOUND, "which",
                wish->kind == STATEMENT_KIND_ADVICE ? WORDS_NO_ADVICE : WORDS_NO_ASK);
    qsort(list.found, list.n_found, sizeof *list.found, newest_first);
    size_t n = list.n_found < LINES_MAX ? list.n_found : LINES_MAX;
    for (size_t i = 0; i < n; i++)
        if (!fill(node, list.found[i], &lines[i], err))
            return false;
    *reply = (struct neighbour_list){.lines = lines,
            .n_lines = n,
            .more = list.more + list.n_found - n};
    call->reply.neighbours = reply;
    return true;
}
