/* put_list.c - the letters of one submission: those of a referral belong together, pair
 * by pair, in the order of its candidates. */
#include "broker/put.h"

static void swap(struct put_letter *a, struct put_letter *b)
{
    struct put_letter was = *a;

    if (a == b)
        return;
    *a = *b;
    *b = was;
}

size_t put_first(const struct put_work *work)
{
    return work->n_letters > 1 && work->letters[0].core.event == OFFER_EVENT_FORWARD;
}

/* The previews come first, in the order in which they came; how many there are. */
static size_t previews_first(struct put_letter *letters, size_t n_letters)
{
    size_t n = 0;

    for (size_t i = 0; i < n_letters; i++)
        if (letters[i].core.type == LETTER_TYPE_PREVIEW)
            swap(&letters[n++], &letters[i]);
    return n;
}

static bool is_pair(const struct letter_core *preview,
        const struct letter_core *content)
{
    return content->type == LETTER_TYPE_CONTENT &&
           id_equal(&preview->offer_id, &content->offer_id) &&
           strcmp(preview->recipient, content->recipient) == 0 &&
           strcmp(preview->on_behalf_of, content->on_behalf_of) == 0;
}

/* One need, on the person's one word; and nobody is asked twice. */
static bool go_together(const struct letter_core *one, const struct letter_core *other)
{
    return id_equal(&one->referral_id, &other->referral_id) &&
           id_equal(&one->consent_id, &other->consent_id) &&
           !id_equal(&one->offer_id, &other->offer_id) &&
           (strcmp(one->recipient, other->recipient) != 0 ||
                   strcmp(one->on_behalf_of, other->on_behalf_of) != 0);
}

/* The content of that preview, if it came too, goes to that place. */
static bool find_content(struct put_letter *letters, size_t n_letters, size_t place,
        const struct letter_core *preview)
{
    for (size_t i = place; i < n_letters; i++)
        if (is_pair(preview, &letters[i].core)) {
            swap(&letters[place], &letters[i]);
            return true;
        }
    return false;
}

static bool check_previews(const struct put_letter *letters, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (!go_together(&letters[k].core, &letters[i].core))
                return err_set(err, E_FIELD,
                        "candidates %zu and %zu are not of one list", k + 1, i + 1);
    return n <= PUT_CANDIDATES_MAX || err_set(err, E_SIZE, "%zu candidates at once", n);
}

/* What says an event is answered with where its offer stands. */
_Static_assert(PUT_CANDIDATES_MAX + 1 <= ANSWER_STATUSES_MAX,
        "an answer has a status for every preview, and for that it is handed on");

/* One for an offer, which says no event; alone only where its preview has come to its
 * reader, and what is brought again to a store that lost it is the rest. */
static bool check_contents(const struct put_letter *letters, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (letters[i].core.type != LETTER_TYPE_CONTENT ||
                letters[i].core.event != OFFER_EVENT_NONE)
            return err_set(err, E_FIELD, "letters that do not belong together");
        for (size_t k = 0; k < i; k++)
            if (id_equal(&letters[k].core.offer_id, &letters[i].core.offer_id))
                return err_set(err, E_FIELD, "two contents for one candidate");
    }
    return true;
}

bool put_sort(struct put_work *work, struct err *err)
{
    struct put_letter *letters = work->letters + put_first(work);
    size_t n_letters = work->n_letters - put_first(work);

    if (work->n_letters == 1)
        return true;
    size_t n = previews_first(letters, n_letters);
    if (!check_previews(letters, n, err) ||
            !check_contents(letters + n, n_letters - n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        letters[i].paired = find_content(letters, n_letters, n + work->n_candidates,
                &letters[i].core);
        work->n_candidates += letters[i].paired;
    }
    return true;
}
