/* person.c - which consents are those of the person of a case. */
#include "nodes/person.h"

#include "nodes/alike_person.h"
#include "nodes/cases.h"
#include "nodes/consents.h"

enum { CASES_A_PAGE = 32 };

static bool has_record(const uint64_t *list, size_t n, uint64_t number)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == number)
            return true;
    return false;
}

static bool add_record(uint64_t *list, size_t *n, uint64_t number, struct err *err)
{
    if (number == 0 || has_record(list, *n, number))
        return true;
    if (*n == PERSON_RECORDS_MAX)
        return err_set(err, E_SIZE, "more than %d consents", PERSON_RECORDS_MAX);
    list[(*n)++] = number;
    return true;
}

static bool has_story(const struct person_consents *person, const struct id *story)
{
    for (size_t i = 0; i < person->n_stories; i++)
        if (id_equal(&person->stories[i], story))
            return true;
    return false;
}

static bool add_story(struct person_consents *person, const struct id *story,
        struct err *err)
{
    if (id_is_none(story) || has_story(person, story))
        return true;
    if (person->n_stories == PERSON_STORIES_MAX)
        return err_set(err, E_SIZE, "more than %d stories", PERSON_STORIES_MAX);
    person->stories[person->n_stories++] = *story;
    return true;
}

static void add_asked(struct person_consents *person, const char *partner)
{
    for (size_t i = 0; i < person->n_asked; i++)
        if (strcmp(person->asked[i], partner) == 0)
            return;
    if (person->n_asked < PERSON_ASKED_MAX)
        snprintf(person->asked[person->n_asked++], PARTNER_BYTES, "%s", partner);
}

/* What joins this case to others, and who it is about; none and "" when it is destroyed
 * or not shown yet. */
static bool read_case(struct node *node, const struct spool_case *file,
        struct id *story, char *name, size_t cap, struct err *err)
{
    struct content content;
    struct span packed;
    bool found;
    size_t used = node->scratch.used;
    *story = (struct id){{0}};
    if (!cases_read(node, file, file->content, &found, &packed, &content, err))
        return false;
    if (found && content.referral != NULL) {
        *story = content.referral->correlation_id;
        if (name != NULL && content.referral->person != NULL)
            snprintf(name, cap, "%s", content.referral->person->name);
    } else if (found && content.signal != NULL) {
        *story = content.signal->correlation_id;
    }
    arena_reset(&node->scratch, used);
    return true;
}

/* What a case of ours was sent under: offered anew, under more than one record. */
struct records {
    uint64_t numbers[SPOOL_OFFERS_MAX + 1];
    size_t n;
};

static bool records_of(struct node *node, const struct spool_case *file,
        struct records *records, struct err *err)
{
    if (!spool_case_records(node->db, file->number, records->numbers, SPOOL_OFFERS_MAX,
                &records->n, err))
        return false;
    if (file->consent != 0 && !has_record(records->numbers, records->n, file->consent))
        records->numbers[records->n++] = file->consent;
    return true;
}

static bool link_records(struct person_consents *person, const struct records *records,
        struct err *err)
{
    for (size_t i = 0; i < records->n; i++)
        if (!add_record(person->linked, &person->n_linked, records->numbers[i], err))
            return false;
    return true;
}

static bool look_at(struct node *node, const struct spool_case *file,
        struct person_consents *person, struct err *err)
{
    struct id story;
    if (!read_case(node, file, &story, NULL, 0, err))
        return false;
    if (cases_role(file) == LIFECYCLE_TARGET) {
        if (has_story(person, &story))
            add_asked(person, file->other);
        return true;
    }
    struct records records;
    bool linked = has_story(person, &story);
    if (!records_of(node, file, &records, err))
        return false;
    for (size_t i = 0; i < records.n; i++)
        linked |= has_record(person->linked, person->n_linked, records.numbers[i]);
    return !linked ||
           (add_story(person, &story, err) && link_records(person, &records, err));
}

static bool all_cases(struct node *node, struct person_consents *person,
        struct err *err)
{
    struct spool_case files[CASES_A_PAGE];
    uint64_t after = 0;
    size_t n_files = CASES_A_PAGE;
    while (n_files == CASES_A_PAGE) {
        if (!spool_cases(node->db, CASE_BOX_NONE, after, files, CASES_A_PAGE, &n_files,
                    err))
            return false;
        for (size_t i = 0; i < n_files; i++) {
            if (!look_at(node, &files[i], person, err))
                return false;
            after = files[i].number;
        }
    }
    return true;
}

/* The records before and after each one. */
static bool renewals(struct node *node, struct person_consents *person, struct err *err)
{
    for (size_t i = 0; i < person->n_linked; i++) {
        struct spool_consent row;
        uint64_t by;
        bool found;
        size_t used = node->scratch.used;
        if (!spool_get_consent(node->db, person->linked[i], &node->scratch, &found,
                    &row, err) ||
                !spool_consent_renewed_by(node->db, person->linked[i], &by, err))
            return false;
        arena_reset(&node->scratch, used);
        if ((found &&
                    !add_record(person->linked, &person->n_linked, row.renews, err)) ||
                !add_record(person->linked, &person->n_linked, by, err))
            return false;
    }
    return true;
}

static void add_name(struct person_consents *person, const char *name)
{
    if (name[0] != '\0')
        snprintf(person->names[person->n_names++], sizeof person->names[0], "%s", name);
}

static bool has_name(const struct person_consents *person, const char *name)
{
    for (size_t i = 0; i < person->n_names; i++)
        if (alike_same_name(person->names[i], name))
            return true;
    return false;
}

static bool names_of_records(struct node *node, struct person_consents *person,
        struct err *err)
{
    for (size_t i = 0; i < person->n_linked; i++) {
        struct consents_record record;
        bool found;
        size_t used = node->scratch.used;
        if (!consents_get(node, person->linked[i], &found, &record, err))
            return false;
        if (found)
            add_name(person, record.given.person);
        arena_reset(&node->scratch, used);
    }
    return true;
}

static bool namesakes(struct node *node, struct person_consents *person,
        struct err *err)
{
    uint64_t after = 0;
    bool found = true;
    while (found) {
        struct spool_consent row;
        struct consents_record record;
        size_t used = node->scratch.used;
        if (!spool_consent_after(node->db, after, &node->scratch, &found, &row, err))
            return false;
        if (!found)
            return true;
        after = row.number;
        bool there = false;
        if (row.withdrawn_ms == 0 && row.key.there &&
                !has_record(person->linked, person->n_linked, row.number) &&
                !consents_get(node, row.number, &there, &record, err))
            return false;
        bool alike = there && has_name(person, record.given.person);
        if (alike && !add_record(person->alike, &person->n_alike, row.number, err))
            return false;
        arena_reset(&node->scratch, used);
    }
    return true;
}

bool person_of(struct node *node, const struct spool_case *file,
        struct person_consents *person, struct err *err)
{
    struct id story;
    char name[sizeof person->names[0]] = "";
    struct records records;
    *person = (struct person_consents){.n_linked = 0};
    if (!read_case(node, file, &story, name, sizeof name, err) ||
            !add_story(person, &story, err) || !records_of(node, file, &records, err) ||
            !link_records(person, &records, err))
        return false;
    add_name(person, name);
    /* Each round may find what the next one goes on from. */
    size_t before;
    do {
        before = person->n_linked + person->n_stories;
        if (!renewals(node, person, err) || !all_cases(node, person, err))
            return false;
    } while (person->n_linked + person->n_stories > before);
    return names_of_records(node, person, err) && namesakes(node, person, err);
}
