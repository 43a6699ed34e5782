/* json_docs.c - the page for people: the contract that programs read, group by group,
 * with links between what names each other. */
#include "adapters/http/json_docs.h"

#include <stdio.h>
#include <stdlib.h>

#include "adapters/http/json_html.h"
#include "adapters/http/json_openapi_inner.h"
#include "gen/docs_style_gen.h"

struct page {
    FILE *out;
    const json_t *whole, *components;
    json_t *paths;
};

/* The thing itself, when it is one of the components that is meant. */
static const json_t *meant(const struct page *page, const char *kind,
        const json_t *value)
{
    const char *name = html_ref_name(value);
    return name == NULL
                   ? value
                   : json_object_get(json_object_get(page->components, kind), name);
}

/* --- one operation --- */

static void put_scopes(FILE *out, const json_t *operation)
{
    const json_t *way;
    const char *before = "Any one of the scopes ";
    size_t i, n = json_array_size(json_object_get(operation, "security"));
    if (n == 0)
        fputs("<p class=\"soft\">No token is needed.</p>", out);
    json_array_foreach(json_object_get(operation, "security"), i, way)
    {
        const char *scope =
                json_string_value(json_array_get(json_object_get(way, "token"), 0));
        fputs(i == 0 ? "<p class=\"soft\">" : "", out);
        fputs(scope == NULL ? "Any token." : n == 1 ? "Scope " : before, out);
        if (scope != NULL)
            html_put_in(out, "code", scope);
        before = ", ";
        fputs(i + 1 == n ? "</p>" : "", out);
    }
}

static void put_parameters(const struct page *page, const json_t *operation)
{
    const json_t *one, *list = json_object_get(operation, "parameters");
    size_t i;
    if (json_array_size(list) == 0)
        return;
    fputs("<h4>Address and headers</h4><table><tr><th>name</th><th>where</th>"
          "<th>what it is</th></tr>",
            page->out);
    json_array_foreach(list, i, one)
    {
        const json_t *parameter = meant(page, "parameters", one);
        fputs("<tr><td>", page->out);
        html_put_in(page->out, "code", html_text_of(parameter, "name"));
        if (json_is_true(json_object_get(parameter, "required")))
            fputs(" (required)", page->out);
        fputs("</td>", page->out);
        html_put_in(page->out, "td", html_text_of(parameter, "in"));
        fputs("<td>", page->out);
        html_put(page->out, html_text_of(parameter, "description"));
        if (html_text_of(parameter, "description")[0] == '\0')
            html_put_kind(page->out, json_object_get(parameter, "schema"));
        fputs("</td></tr>", page->out);
    }
    fputs("</table>", page->out);
}

/* Fields and an example of one content, a media type each. */
static void put_content(const struct page *page, const char *heading,
        const json_t *content)
{
    const char *type;
    json_t *one, *all = json_object_get(content, "content");
    json_object_foreach(all, type, one)
    {
        const json_t *schema = json_object_get(one, "schema");
        const json_t *example = json_object_get(one, "example");
        fprintf(page->out, "<h4>%s <code>%s</code></h4>", heading, type);
        if (html_ref_name(schema) != NULL || json_object_get(schema, "items") != NULL) {
            fputs("<p>", page->out);
            html_put_kind(page->out, schema);
            fputs("</p>", page->out);
        }
        html_put_fields(page->out, schema);
        if (example == NULL)
            continue;
        fputs("<details><summary>Example</summary>", page->out);
        html_put_json(page->out, example);
        fputs("</details>", page->out);
    }
}

static void put_problems(const struct page *page, const json_t *operation)
{
    const char *status, *name, *before;
    json_t *one, *example;
    fputs("<h4>Problems</h4><p>", page->out);
    json_object_foreach(json_object_get(operation, "responses"), status, one)
    {
        const json_t *types = json_object_get(meant(page, "responses", one), "content");
        json_t *examples =
                json_object_get(json_object_get(types, "application/problem+json"),
                        "examples");
        before = " ";
        if (examples == NULL)
            continue;
        html_put_in(page->out, "strong", status);
        json_object_foreach(examples, name, example)
        {
            fprintf(page->out, "%s<a href=\"#problem-%s\">%s</a>", before, name, name);
            before = ", ";
        }
        fputs(" &nbsp; ", page->out);
    }
    fputs("</p>", page->out);
}

static void put_operation(const struct page *page, const char *method, const char *path,
        const json_t *operation)
{
    const char *status;
    json_t *answer;
    fprintf(page->out, "<article id=\"%s\"><h3><span class=\"method\">%s</span> ",
            html_text_of(operation, "operationId"), method);
    html_put_in(page->out, "code", path);
    fputs("</h3>", page->out);
    html_put_in(page->out, "p", html_text_of(operation, "summary"));
    put_scopes(page->out, operation);
    put_parameters(page, operation);
    put_content(page, "Body", json_object_get(operation, "requestBody"));
    json_object_foreach(json_object_get(operation, "responses"), status, answer)
    {
        if (status[0] == '2')
            put_content(page, "Answer", answer);
    }
    put_problems(page, operation);
    fputs("</article>", page->out);
}

/* --- the whole --- */

typedef void operation_put(const struct page *page, const char *method,
        const char *path, const json_t *operation);

static void put_entry(const struct page *page, const char *method, const char *path,
        const json_t *operation)
{
    (void)method;
    (void)path;
    fprintf(page->out, "<li><a href=\"#%s\">", html_text_of(operation, "operationId"));
    html_put(page->out, html_text_of(operation, "summary"));
    fputs("</a></li>", page->out);
}

/* Every operation of a group, in the order of the table. */
static void each_of(const struct page *page, const char *tag, operation_put *put_one)
{
    static const struct {
        const char *key, *method;
    } METHODS[] = {
            {"get",    "GET"   },
            {"post",   "POST"  },
            {"put",    "PUT"   },
            {"patch",  "PATCH" },
            {"delete", "DELETE"},
    };
    const char *path;
    json_t *item;
    json_object_foreach(page->paths, path, item)
    {
        for (size_t i = 0; i < COUNT_OF(METHODS); i++) {
            const json_t *operation = json_object_get(item, METHODS[i].key);
            const char *group = json_string_value(
                    json_array_get(json_object_get(operation, "tags"), 0));
            if (group != NULL && strcmp(group, tag) == 0)
                put_one(page, METHODS[i].method, path, operation);
        }
    }
}

static void put_nav(const struct page *page, const json_t *tags)
{
    const json_t *tag;
    size_t i;
    fputs("<nav aria-label=\"Operations\">", page->out);
    json_array_foreach(tags, i, tag)
    {
        html_put_in(page->out, "strong", html_text_of(tag, "description"));
        fputs("<ul>", page->out);
        each_of(page, html_text_of(tag, "name"), put_entry);
        fputs("</ul>", page->out);
    }
    fputs("<strong><a href=\"#schemas\">Messages and codes</a></strong>"
          "<strong><a href=\"#problems\">Problems</a></strong></nav>",
            page->out);
}

static void put_schemas(const struct page *page)
{
    const char *name;
    json_t *schema;
    fputs("<h2 id=\"schemas\">Messages and codes</h2>", page->out);
    json_object_foreach(json_object_get(page->components, "schemas"), name, schema)
    {
        fprintf(page->out, "<article id=\"schema-%s\"><h3>%s</h3>", name, name);
        html_put_in(page->out, "p", html_text_of(schema, "description"));
        if (json_object_get(schema, "enum") != NULL) {
            fputs("<p>", page->out);
            html_put_codes(page->out, json_object_get(schema, "enum"));
            fputs("</p>", page->out);
        }
        html_put_fields(page->out, schema);
        fputs("</article>", page->out);
    }
}

static void put_problem_list(const struct page *page)
{
    const char *name;
    json_t *example;
    fputs("<h2 id=\"problems\">Problems</h2>", page->out);
    json_object_foreach(json_object_get(page->components, "examples"), name, example)
    {
        fprintf(page->out, "<article id=\"problem-%s\"><h3>%s</h3>", name, name);
        html_put_json(page->out, json_object_get(example, "value"));
        fputs("</article>", page->out);
    }
}

static void put_page(const struct page *page)
{
    const json_t *tag, *tags = json_object_get(page->whole, "tags");
    const json_t *info = json_object_get(page->whole, "info");
    size_t i;
    fputs("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
          "<meta name=\"viewport\" content=\"width=device-width\">"
          "<title>Buurtbus HTTP API</title><style>",
            page->out);
    for (i = 0; i < N_DOCS_STYLE; i++)
        fputs(DOCS_STYLE[i], page->out);
    fputs("</style></head><body>", page->out);
    put_nav(page, tags);
    fputs("<main><h1>Buurtbus HTTP API</h1>", page->out);
    html_put_in(page->out, "p", html_text_of(info, "description"));
    fputs("<p>For programs the same is <a href=\"/openapi.json\">openapi.json</a>.</p>",
            page->out);
    json_array_foreach(tags, i, tag)
    {
        html_put_in(page->out, "h2", html_text_of(tag, "description"));
        each_of(page, html_text_of(tag, "name"), put_operation);
    }
    put_schemas(page);
    put_problem_list(page);
    fputs("</main></body></html>\n", page->out);
}

char *json_docs(void)
{
    char *text = NULL;
    size_t len = 0;
    json_t *whole = openapi_document();
    FILE *out = whole != NULL ? open_memstream(&text, &len) : NULL;
    if (out != NULL) {
        put_page(&(struct page){
                .out = out,
                .whole = whole,
                .paths = json_object_get(whole, "paths"),
                .components = json_object_get(whole, "components"),
        });
    }
    json_decref(whole);
    if (out != NULL && fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}
