/* json.c - replies as lines of JSON, and JSON files as requests. */
#include <jansson.h>

#include "adapters/json.h"
#include "nodes/cli/cli.h"

enum { JSON_FILE_MAX = 256 * 1024 };

/* One line; takes the object. */
static bool print(FILE *out, json_t *object)
{
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (text == NULL)
        return false;
    bool ok = fprintf(out, "%s\n", text) > 0;
    free(text);
    return ok;
}

bool cli_json_reply(const struct cli *cli, const struct reply *reply)
{
    struct arena arena = arena_new(CLI_ARENA_BYTES / 8);
    bool ok = print(cli->out, json_put(&arena, &WIRE_REPLY, reply));
    arena_free(&arena);
    return ok;
}

static json_t *put_findings(const struct findings *found)
{
    struct arena none = {.at = NULL};
    json_t *object =
            json_pack("{s:s}", "code", found->holds ? "" : code_name(E_EVIDENCE));
    json_t *all = json_put(&none, &WIRE_FINDINGS, found);
    if (object == NULL || all == NULL || json_object_update(object, all) != 0) {
        json_decref(object);
        object = NULL;
    }
    json_decref(all);
    return object;
}

bool cli_json_findings(const struct cli *cli, const struct findings *found)
{
    return print(cli->out, put_findings(found));
}

bool cli_json_gather(struct json_t **list, const struct findings *found)
{
    if (*list == NULL)
        *list = json_array();
    return json_array_append_new(*list, put_findings(found)) == 0;
}

bool cli_json_gathered(const struct cli *cli, struct json_t *list)
{
    const char *code = "";
    const json_t *one;
    size_t i;
    json_array_foreach(list, i, one)
    {
        if (code[0] == '\0')
            code = json_string_value(json_object_get(one, "code"));
    }
    json_t *line = json_pack("{s:s, s:o}", "code", code, "accounts",
            list != NULL ? list : json_array());
    return print(cli->out, line);
}

void cli_json_drop(struct json_t *list)
{
    json_decref(list);
}

/* What was typed need not be UTF-8, and JSON is: then without what is not ASCII. */
static json_t *put_typed(const char *text)
{
    json_t *made = json_string(text);
    char *plain = made == NULL ? strdup(text) : NULL;
    if (plain == NULL)
        return made;
    for (char *at = plain; *at != '\0'; at++)
        if ((unsigned char)*at >= 0x80)
            *at = '?';
    made = json_string(plain);
    free(plain);
    return made;
}

bool cli_json_refusal(const struct cli *cli, const char *code, const char *sentence)
{
    return print(cli->out, json_pack("{s:s, s:o, s:[]}", "code", code, "sentence",
                                   put_typed(sentence), "issues"));
}

bool cli_json_texts(const struct cli *cli, const char *const *pairs)
{
    json_t *object = json_object();
    for (; object != NULL && pairs[0] != NULL; pairs += 2) {
        if (json_object_set_new(object, pairs[0], put_typed(pairs[1])) != 0) {
            json_decref(object);
            return false;
        }
    }
    return print(cli->out, object);
}

bool cli_json_read(struct cli *cli, const char *path, const struct wire_map *map,
        void *out, struct err *err)
{
    struct json_fault fault;
    const struct json_reading reading = {.arena = &cli->arena, .fault = &fault};
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return err_set(err, ERR_USAGE, "cannot be read");
    char *text = arena_take(&cli->arena, JSON_FILE_MAX + 1);
    size_t len = text != NULL ? fread(text, 1, JSON_FILE_MAX + 1, file) : 0;
    fclose(file);
    if (len == 0 || len > JSON_FILE_MAX)
        return err_set(err, ERR_USAGE, "must have 1 to %d bytes", JSON_FILE_MAX);
    if (json_get(&reading, (struct span){(const uint8_t *)text, len}, map, out))
        return true;
    return err_set(err, ERR_USAGE, "%s%s%s", fault.field,
            fault.field[0] == '\0' ? "" : ": ",
            json_fault_words(fault.kind, cli->lang));
}
