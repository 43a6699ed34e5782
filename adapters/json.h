/* json.h - messages as JSON and back, by the same tables that check them on the wire:
 * what the command line prints with --json and what the HTTP API says are one mapping.
 *
 * Names are those of the .proto in lowerCamelCase; ids are UUIDs, other bytes
 * hexadecimal; codes and enum values are texts; times are milliseconds since 1970. */
#ifndef ADAPTERS_JSON_H
#define ADAPTERS_JSON_H

#include "core/arena.h"
#include "core/lang.h"
#include "core/wire_walk.h"

struct json_t; /* of jansson */

enum { JSON_PATH_BYTES = 160 };

/* "case_number" -> "caseNumber"; "case_" -> "case". */
void json_name(const char *name, char out[WIRE_NAME_BYTES]);

/* JSON as it is written; begins as zeros, at is of malloc. failed: no memory. */
struct json_text {
    char *at;
    size_t len, cap;
    bool failed;
};
void json_write(struct json_text *out, const char *raw);
void json_write_string(struct json_text *out, const char *text);
void json_write_number(struct json_text *out, uint64_t number);
/* A struct as an object; what was said in a letter travels packed and is opened in the
 * arena. */
void json_write_message(struct json_text *out, struct arena *arena,
        const struct wire_map *map, const void *in);
/* Its members without the braces around them, but for those (names of the .proto, NULL
 * at the end; may be NULL). */
void json_write_members(struct json_text *out, struct arena *arena,
        const struct wire_map *map, const void *in, const char *const *without);
/* One value of a field. */
void json_write_value(struct json_text *out, struct arena *arena,
        const struct wire_field *field, const void *value);

/* The object of a struct; what was said in a letter travels packed and is opened in the
 * arena. NULL: no memory. */
struct json_t *json_put(struct arena *arena, const struct wire_map *map,
        const void *in);

/* What can be wrong with a value, with a sentence in three languages. */
#define JSON_FAULTS(X)                                                                 \
    X(JSON_NOT_JSON, "dit is geen JSON", "ceci n'est pas du JSON", "this is not JSON") \
    X(JSON_TWICE, "een veld staat er twee keer", "un champ y figure deux fois",        \
            "a field is there twice")                                                  \
    X(JSON_NO_OBJECT, "moet een object zijn", "doit être un objet",                    \
            "must be an object")                                                       \
    X(JSON_NO_FIELD, "dit veld bestaat niet", "ce champ n'existe pas",                 \
            "there is no such field")                                                  \
    X(JSON_NO_TEXT, "moet een tekst zijn", "doit être un texte", "must be a text")     \
    X(JSON_TOO_LONG, "de tekst is te lang", "le texte est trop long",                  \
            "the text is too long")                                                    \
    X(JSON_NO_NUMBER, "moet een geheel getal vanaf 0 zijn",                            \
            "doit être un nombre entier à partir de 0",                                \
            "must be a whole number from 0")                                           \
    X(JSON_NO_PAGE, "moet een geheel getal vanaf 1 zijn",                              \
            "doit être un nombre entier à partir de 1",                                \
            "must be a whole number from 1")                                           \
    X(JSON_NO_TRUTH, "moet true of false zijn", "doit être true ou false",             \
            "must be true or false")                                                   \
    X(JSON_NO_CODE, "is geen code uit de lijst", "n'est pas un code de la liste",      \
            "is no code of its list")                                                  \
    X(JSON_NO_ID, "moet een id zijn", "doit être un id", "must be an id")              \
    X(JSON_NO_LIST, "moet een lijst zijn", "doit être une liste", "must be a list")    \
    X(JSON_TOO_MANY, "de lijst is te lang", "la liste est trop longue",                \
            "the list is too long")                                                    \
    X(JSON_NOT_HERE, "kan hier niet worden gegeven", "ne peut pas être donné ici",     \
            "cannot be given here")                                                    \
    X(JSON_NO_ROOM, "is te groot", "est trop grand", "is too large")

enum json_fault_kind {
#define X(kind, nl, fr, en) kind,
    JSON_FAULTS(X)
#undef X
            N_JSON_FAULTS
};
const char *json_fault_words(enum json_fault_kind kind, enum lang lang);

/* The first thing that is wrong: which field ("said.reason"; "": the whole), and how.
 */
struct json_fault {
    enum json_fault_kind kind;
    char field[JSON_PATH_BYTES];
};

/* How to read: what is taken lies in the arena. hidden: fields of the outermost
 * message that cannot be given (names of the .proto, NULL at the end; may be NULL). */
struct json_reading {
    struct arena *arena;
    const char *const *hidden;
    struct json_fault *fault;
};

/* Text to a struct that is filled as far as the object says; a name that is there twice
 * is refused. */
MUST_USE bool json_get(const struct json_reading *reading, struct span text,
        const struct wire_map *map, void *out);

/* One field of a struct from a text, as it stands in an address: a list is separated by
 * commas. name: in lowerCamelCase. */
MUST_USE bool json_get_word(const struct json_reading *reading, const char *name,
        const char *word, const struct wire_map *map, void *out);

#endif
