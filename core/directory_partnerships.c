/* directory_partnerships.c - what two partners have agreed: the terms that both name.
 */
#include "core/directory_inner.h"
#include "core/time.h"

/* The word of one side, or NULL when it has none that counts. */
static const struct said *word_of(const struct directory *directory, const char *author,
        const char *partner, int64_t now_ms)
{
    const struct said *said = directory_said(directory, author,
            STATEMENT_KIND_PARTNERSHIP, partner, now_ms);
    return directory_counts(said, now_ms) ? said : NULL;
}

static bool lives(const struct said_terms *terms, int32_t today)
{
    return terms->there && terms->until_day >= today;
}

/* What one side's word comes down to. */
enum word { WORD_NONE, WORD_YES, WORD_ENDED };

static enum word weigh(const struct said *said, int32_t today)
{
    if (said == NULL)
        return WORD_NONE;
    if (said->statement.ended)
        return WORD_ENDED;
    return lives(&said->terms, today) || lives(&said->proposed, today) ? WORD_YES
                                                                       : WORD_ENDED;
}

/* Was a said after b? */
static bool is_later(const struct said *a, const struct said *b)
{
    return a->statement.issued_ms > b->statement.issued_ms;
}

static const struct said_terms *terms_of(const struct said *said, bool proposed)
{
    return proposed ? &said->proposed : &said->terms;
}

static struct span packed_of(const struct said *said, bool proposed)
{
    const struct partnership *says = said->statement.partnership;
    return proposed ? says->proposed : says->terms;
}

/* Which terms both name. Two can be: the old ones, and new ones that one proposed and
 * the other has taken. Who spoke last knew of both, and named first what holds. */
static bool find_common(const struct said *newer, const struct said *older,
        int32_t today, bool *proposed)
{
    static const struct {
        bool newer, older; /* as a proposal */
    } ORDER[] = {
            {true,  true },
            {false, false},
            {false, true },
            {true,  false},
    };
    for (size_t i = 0; i < COUNT_OF(ORDER); i++) {
        *proposed = ORDER[i].newer;
        if (lives(terms_of(newer, ORDER[i].newer), today) &&
                lives(terms_of(older, ORDER[i].older), today) &&
                span_equal(packed_of(newer, ORDER[i].newer),
                        packed_of(older, ORDER[i].older)))
            return true;
    }
    return false;
}

/* The words of both sides, and what they come to. */
struct pair {
    const struct said *first, *second;
    enum word word1, word2;
    const struct said *in_force; /* whose word names the terms in force; NULL: none */
    bool as_proposal;
};

static struct pair pair_of(const struct directory *directory, const char *first,
        const char *second, int64_t now_ms)
{
    int32_t today = time_brussels_day(now_ms);
    struct pair pair = {
            .first = word_of(directory, first, second, now_ms),
            .second = word_of(directory, second, first, now_ms),
    };
    pair.word1 = weigh(pair.first, today);
    pair.word2 = weigh(pair.second, today);
    /* Whoever says yes after the other ended it proposes anew. */
    if (pair.word1 == WORD_ENDED && pair.word2 == WORD_YES &&
            is_later(pair.second, pair.first))
        pair.word1 = WORD_NONE;
    else if (pair.word2 == WORD_ENDED && pair.word1 == WORD_YES &&
             is_later(pair.first, pair.second))
        pair.word2 = WORD_NONE;
    if (pair.word1 == WORD_YES && pair.word2 == WORD_YES) {
        bool first_last = is_later(pair.first, pair.second);
        const struct said *newer = first_last ? pair.first : pair.second;
        const struct said *older = first_last ? pair.second : pair.first;
        if (find_common(newer, older, today, &pair.as_proposal))
            pair.in_force = newer;
    }
    return pair;
}

static enum partnership_state state_of(const struct pair *pair)
{
    if (pair->word1 == WORD_ENDED || pair->word2 == WORD_ENDED)
        return PARTNERSHIP_ENDED;
    if (pair->in_force != NULL)
        return PARTNERSHIP_ACTIVE;
    bool any = pair->word1 == WORD_YES || pair->word2 == WORD_YES;
    return any ? PARTNERSHIP_ONE_SIDED : PARTNERSHIP_NONE;
}

/* Other terms on both sides: the later one waits for an answer. */
static bool first_proposes(const struct pair *pair)
{
    if (pair->word1 == WORD_YES && pair->word2 == WORD_YES)
        return is_later(pair->first, pair->second);
    return pair->word1 == WORD_YES;
}

struct partnership_fact directory_partnership(const struct directory *directory,
        const char *from, const char *to, int64_t now_ms)
{
    struct pair pair = pair_of(directory, from, to, now_ms);
    struct partnership_fact fact = {.state = state_of(&pair)};
    if (fact.state == PARTNERSHIP_ONE_SIDED)
        fact.proposed_by_first = first_proposes(&pair);
    if (fact.state != PARTNERSHIP_ACTIVE)
        return fact;
    const struct said_terms *terms = terms_of(pair.in_force, pair.as_proposal);
    fact.purposes = terms->purposes;
    fact.data_categories = terms->data_categories;
    fact.secrecy_bound_of_recipient = pair.in_force == pair.first
                                              ? terms->other_secrecy_bound
                                              : terms->author_secrecy_bound;
    fact.niss_allowed = terms->niss_allowed;
    fact.until_day = terms->until_day;
    return fact;
}

/* What this side has said and the other not yet. Beside terms in force only a proposal
 * is one: what was in force before is nobody's wish any more. */
static struct span waits_of(const struct said *said, enum word word, struct span force,
        int32_t today)
{
    if (word != WORD_YES)
        return (struct span){0};
    if (lives(&said->proposed, today))
        return span_equal(packed_of(said, true), force) ? (struct span){0}
                                                        : packed_of(said, true);
    return force.len > 0 ? (struct span){0} : packed_of(said, false);
}

/* What was in force before it ended: what both name, whatever its date; else what the
 * first side names. An end needs no words. */
static struct span last_of(const struct pair *pair)
{
    const struct said *said[] = {pair->first, pair->second};
    bool words[COUNT_OF(said)];
    bool proposed;
    for (size_t i = 0; i < COUNT_OF(said); i++)
        words[i] = said[i] != NULL && said[i]->statement.partnership != NULL;
    if (words[0] && words[1] &&
            find_common(pair->first, pair->second, INT32_MIN, &proposed))
        return packed_of(pair->first, proposed);
    for (size_t i = 0; i < COUNT_OF(said); i++)
        if (words[i])
            return packed_of(said[i], false);
    return (struct span){0};
}

struct partnership_view directory_partnership_view(const struct directory *directory,
        const char *first, const char *second, int64_t now_ms)
{
    int32_t today = time_brussels_day(now_ms);
    struct pair pair = pair_of(directory, first, second, now_ms);
    struct partnership_view view = {
            .state = state_of(&pair),
            .first_ended = pair.word1 == WORD_ENDED && pair.first->statement.ended,
            .second_ended = pair.word2 == WORD_ENDED && pair.second->statement.ended,
    };
    if (view.state == PARTNERSHIP_ACTIVE)
        view.in_force = packed_of(pair.in_force, pair.as_proposal);
    if (view.state == PARTNERSHIP_ONE_SIDED)
        view.proposed_by_first = first_proposes(&pair);
    if (view.state == PARTNERSHIP_ENDED) {
        view.last = last_of(&pair);
        return view;
    }
    view.first = waits_of(pair.first, pair.word1, view.in_force, today);
    view.second = waits_of(pair.second, pair.word2, view.in_force, today);
    return view;
}

struct span directory_terms(const struct directory *directory, const char *author,
        const char *partner, int64_t now_ms)
{
    int32_t today = time_brussels_day(now_ms);
    const struct said *said = word_of(directory, author, partner, now_ms);
    if (weigh(said, today) != WORD_YES)
        return (struct span){0};
    return packed_of(said, !lives(&said->terms, today));
}
