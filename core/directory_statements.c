/* directory_statements.c - what partners say of themselves: kept, found, and their
 * epoch keys. */
#include <stdlib.h>

#include "core/directory_inner.h"
#include "core/time.h"

void directory_forget_statements(struct entry *entry)
{
    for (size_t i = 0; i < entry->n_statements; i++)
        free(entry->statements[i]);
    free(entry->statements);
    entry->statements = NULL;
    entry->n_statements = 0;
}

/* Where (kind, subject) stands among an author's statements, or where it would. */
static size_t find_place(const struct entry *entry, enum statement_kind kind,
        const char *subject, bool *found)
{
    size_t low = 0;
    size_t high = entry->n_statements;
    *found = false;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct statement *statement = &entry->statements[middle]->statement;
        int order = statement->kind < kind   ? -1
                    : statement->kind > kind ? 1
                                             : strcmp(statement->subject, subject);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_past(const struct said *said, int64_t now_ms)
{
    return (int64_t)said->statement.until_ms <= now_ms;
}

/* --- taking --- */

static bool has_place(const struct entry *entry, const struct said *said, size_t *place)
{
    bool found;
    *place = find_place(entry, said->statement.kind, said->statement.subject, &found);
    return found;
}

/* Does it take the place of what stands there? A higher version does. So does one that
 * was issued after something whose date has passed: the author may have forgotten that.
 */
static bool replaces(const struct said *said, const struct said *old, int64_t now_ms)
{
    return said->statement.version > old->statement.version ||
           (is_past(old, now_ms) &&
                   said->statement.issued_ms > old->statement.issued_ms);
}

/* Another body under the version that stands there. What is void holds its place as
 * long as either of the two would have. */
static void void_both(struct said *old, const struct said *said)
{
    old->clashed = true;
    if (said->statement.until_ms > old->statement.until_ms)
        old->statement.until_ms = said->statement.until_ms;
    if (said->statement.issued_ms > old->statement.issued_ms)
        old->statement.issued_ms = said->statement.issued_ms;
}

/* How many statements of this author were new on the day of this one, with this one. */
static bool within_day(const struct entry *entry, const struct said *old,
        struct said *said)
{
    uint32_t total = 0;
    for (size_t i = 0; i < entry->n_statements; i++) {
        if (entry->statements[i] != old && entry->statements[i]->day == said->day)
            total += entry->statements[i]->n_day;
    }
    said->n_day = old != NULL && old->day == said->day ? old->n_day + 1 : 1;
    return total + said->n_day <= DIRECTORY_STATEMENTS_A_DAY;
}

static void remove_at(struct entry *entry, size_t place)
{
    free(entry->statements[place]);
    entry->n_statements--;
    memmove(&entry->statements[place], &entry->statements[place + 1],
            (entry->n_statements - place) * sizeof *entry->statements);
}

/* Room for one more statement; the place of one whose date has passed is free. */
static bool make_room(struct entry *entry, int64_t now_ms, struct err *err)
{
    if (entry->statements == NULL) {
        entry->statements =
                calloc(DIRECTORY_STATEMENTS_PER_AUTHOR, sizeof *entry->statements);
        return entry->statements != NULL ||
               err_set(err, ERR_NOMEM, "no memory for statements");
    }
    if (entry->n_statements < DIRECTORY_STATEMENTS_PER_AUTHOR)
        return true;

    for (size_t i = 0; i < entry->n_statements; i++) {
        if (is_past(entry->statements[i], now_ms)) {
            remove_at(entry, i);
            return true;
        }
    }
    return err_set(err, E_BUSY, "%s has %d statements already", entry->member.partner,
            (int)DIRECTORY_STATEMENTS_PER_AUTHOR);
}

/* Is there room among those of its kind, of which one author has only so many? */
static bool within_kind(const struct entry *entry, const struct said *said,
        int64_t now_ms)
{
    size_t n = 0;
    if (said->statement.kind < STATEMENT_KIND_ASK)
        return true;
    for (size_t i = 0; i < entry->n_statements; i++)
        n += entry->statements[i]->statement.kind == said->statement.kind &&
             !entry->statements[i]->statement.ended &&
             !is_past(entry->statements[i], now_ms);
    return n < DIRECTORY_OF_KIND_MAX;
}

/* Put it in its place, or in the place of the older one. */
static bool keep(struct entry *entry, struct said *said, struct said *old,
        int64_t now_ms, struct err *err)
{
    said->day = (int32_t)((int64_t)said->statement.issued_ms / TIME_DAY_MS);
    if (old != NULL && old->day > said->day)
        said->day = old->day;
    if (!within_day(entry, old, said))
        return err_set(err, E_BUSY, "%s said %d new things on one day already",
                entry->member.partner, (int)DIRECTORY_STATEMENTS_A_DAY);

    size_t place;
    if (old != NULL) {
        if (has_place(entry, said, &place))
            entry->statements[place] = said;
        free(old);
        return true;
    }
    if (!within_kind(entry, said, now_ms))
        return err_set(err, E_BUSY, "%s has %d of this kind already",
                entry->member.partner, (int)DIRECTORY_OF_KIND_MAX);
    if (!make_room(entry, now_ms, err))
        return false;
    (void)has_place(entry, said, &place);
    memmove(&entry->statements[place + 1], &entry->statements[place],
            (entry->n_statements - place) * sizeof *entry->statements);
    entry->statements[place] = said;
    entry->n_statements++;
    return true;
}

bool directory_take_statement(struct directory *directory, struct said *said,
        int64_t now_ms, enum directory_news *news, struct err *err)
{
    struct entry *entry = directory_entry(directory, said->statement.author);
    if (entry == NULL || entry->member.role != ROLE_NODE) {
        err_set(err, E_AUTH, "%s has no node in this network", said->statement.author);
        free(said);
        return false;
    }
    if (!said->statement.ended &&
            !directory_may_say(&entry->member, said->statement.kind)) {
        err_set(err, E_ALERT, "%s can only alert", said->statement.author);
        free(said);
        return false;
    }

    size_t place;
    struct said *old = has_place(entry, said, &place) ? entry->statements[place] : NULL;
    if (old == NULL || replaces(said, old, now_ms)) {
        if (!keep(entry, said, old, now_ms, err)) {
            free(said);
            return false;
        }
        *news = DIRECTORY_NEW;
        return true;
    }

    if (said->statement.version < old->statement.version || old->clashed ||
            key32_equal(&said->hash, &old->hash)) {
        *news = DIRECTORY_KNOWN;
    } else {
        void_both(old, said);
        *news = DIRECTORY_CLASH;
    }
    free(said);
    return true;
}

/* --- asking --- */

static const struct said *find_said(const struct entry *entry, enum statement_kind kind,
        const char *subject)
{
    bool found;
    if (entry == NULL)
        return NULL;
    size_t place = find_place(entry, kind, subject, &found);
    return found ? entry->statements[place] : NULL;
}

/* The entry of a member that is in force, else NULL: nobody else's word counts. */
static const struct entry *live_entry(const struct directory *directory,
        const char *partner, int64_t now_ms)
{
    if (directory_live_member(directory, partner, now_ms) == NULL)
        return NULL;
    return directory_entry(directory, partner);
}

bool directory_counts(const struct said *said, int64_t now_ms)
{
    return said != NULL && !said->clashed && !is_past(said, now_ms);
}

const struct said *directory_said(const struct directory *directory, const char *author,
        enum statement_kind kind, const char *subject, int64_t now_ms)
{
    return find_said(live_entry(directory, author, now_ms), kind, subject);
}

const struct statement *directory_live_statement(const struct directory *directory,
        const char *author, enum statement_kind kind, const char *subject,
        int64_t now_ms)
{
    const struct said *said = directory_said(directory, author, kind, subject, now_ms);
    return directory_counts(said, now_ms) && !said->statement.ended ? &said->statement
                                                                    : NULL;
}

const struct epoch_key *directory_epoch_key(const struct directory *directory,
        const char *partner, int64_t now_ms)
{
    const struct epoch_key *found = NULL;
    const struct statement *statement = directory_live_statement(directory, partner,
            STATEMENT_KIND_EPOCH_KEYS, "", now_ms);
    if (statement == NULL)
        return NULL;

    const struct epoch_keys *keys = statement->epoch_keys;
    for (size_t i = 0; i < keys->n_keys; i++) {
        const struct epoch_key *key = &keys->keys[i];
        if (now_ms < (int64_t)key->from_ms || now_ms >= (int64_t)key->until_ms)
            continue;
        /* Where two windows overlap, the one that lasts longer. */
        if (found == NULL || key->until_ms > found->until_ms)
            found = key;
    }
    return found;
}

const struct epoch_key *directory_epoch_key_by_tag(const struct directory *directory,
        const char *partner, const struct tag8 *ekid)
{
    const struct said *said = find_said(directory_entry(directory, partner),
            STATEMENT_KIND_EPOCH_KEYS, "");
    if (said == NULL || said->clashed || said->statement.ended)
        return NULL;

    const struct epoch_keys *keys = said->statement.epoch_keys;
    for (size_t i = 0; i < keys->n_keys; i++) {
        if (memcmp(keys->keys[i].ekid.b, ekid->b, sizeof ekid->b) == 0)
            return &keys->keys[i];
    }
    return NULL;
}

struct directory_walk directory_walk_by(const struct directory *directory,
        const char *author, enum statement_kind kind, int64_t now_ms)
{
    const struct entry *entry = live_entry(directory, author, now_ms);
    bool found;
    return (struct directory_walk){.entry = entry,
            .kind = kind,
            .at = entry == NULL || kind == STATEMENT_KIND_NONE
                          ? 0
                          : find_place(entry, kind, "", &found),
            .now_ms = now_ms};
}

const struct statement *directory_next(struct directory_walk *walk)
{
    while (walk->entry != NULL && walk->at < walk->entry->n_statements) {
        const struct said *said = walk->entry->statements[walk->at++];
        if (walk->kind != STATEMENT_KIND_NONE && said->statement.kind != walk->kind)
            return NULL;
        if (directory_counts(said, walk->now_ms) && !said->statement.ended &&
                (walk->antenna == NULL ||
                        directory_is_about(&said->statement, walk->antenna)))
            return &said->statement;
    }
    return NULL;
}

const struct statement *directory_statement_at(const struct directory *directory,
        const char *author, size_t index, int64_t now_ms)
{
    struct directory_walk walk =
            directory_walk_by(directory, author, STATEMENT_KIND_NONE, now_ms);
    const struct statement *statement;
    while ((statement = directory_next(&walk)) != NULL && index-- > 0)
        ;
    return statement;
}

uint64_t directory_version(const struct directory *directory, const char *author,
        enum statement_kind kind, const char *subject)
{
    const struct said *said =
            find_said(directory_entry(directory, author), kind, subject);
    return said == NULL ? 0 : said->statement.version;
}
