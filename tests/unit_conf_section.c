/* unit_conf_section.c - sections of a settings file: limits of timers for an area. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "broker/limits.h"
#include "core/home_conf.h"
#include "core/vocab.h"
#include "tests/temp.h"

static bool parse(const char *text, struct broker_conf *conf, struct err *err)
{
    return conf_parse(span_text(text), "broker.conf", BROKER_KEYS, N_BROKER_KEYS, conf,
            err);
}

static void must_parse(const char *text, struct broker_conf *conf)
{
    struct err err = {CODE_OK, ""};
    if (!parse(text, conf, &err))
        fail_msg("%s: %s", text, err.msg);
}

static void assert_length(const struct timers_conf *timers, enum lifecycle_timer timer,
        uint16_t urgency, const char *wanted)
{
    char text[TIME_TEXT_BYTES];
    time_length_text(timers->said.of[timer][urgency], text);
    assert_string_equal(text, wanted);
}

static void sections_are_taken_in_their_order(void **state)
{
    (void)state;
    struct broker_conf conf = {.gather_ms = 9};
    must_parse("gather_ms = 3\n"
               "timers \"21004\" {   # Brussels\r\n"
               "  seen_crisis = 30min\n"
               "\tseen_routine = \"2wd\"\n"
               "}  # so far\n"
               "log_level = warn\n"
               "timers \"*\" {\n"
               "}\n"
               "  timers   \"35013\"   {\n"
               "outer_life_crisis=1s\n"
               "}\n",
            &conf);
    assert_int_equal(conf.gather_ms, 3);
    assert_string_equal(conf.log_level, "warn");
    assert_int_equal(conf.n_timers, 3);
    assert_string_equal(conf.timers[0].area, "21004");
    assert_length(&conf.timers[0], TIMER_SEEN, URGENCY_CRISIS, "30min");
    assert_length(&conf.timers[0], TIMER_SEEN, URGENCY_ROUTINE, "2wd");
    assert_length(&conf.timers[0], TIMER_SEEN, URGENCY_URGENT, "0");
    assert_string_equal(conf.timers[1].area, "*");
    assert_string_equal(conf.timers[2].area, "35013");
    assert_length(&conf.timers[2], TIMER_OUTER_LIFE, URGENCY_CRISIS, "1s");

    must_parse("", &conf);
    assert_int_equal(conf.n_timers, 0);
}

static void a_section_that_is_wrong_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } rows[] = {
            {"timers \"21004\" {\nseen_crisis = 61min\n}",
             "broker.conf:2: seen_crisis: '61min' is not a length of time in s, min, h, d or wd "
                    "(working days), from 1s and never longer than 1h"                                             },
            {"timers \"*\" {\nseen_crisis = 1wd\n}",                  "never longer than 1h"                       },
            {"timers \"*\" {\nseen_urgent = 4wd\n}",                  "never longer than 3wd"                      },
            {"timers \"*\" {\nseen_urgent = 0s\n}",                   "'0s' is not a length"                       },
            {"timers \"*\" {\nseen_urgent = 10\n}",                   "'10' is not a length"                       },
            {"timers \"*\" {\nseen_urgent = -1h\n}",                  "'-1h' is not a length"                      },
            {"timers \"*\" {\nseen_urgent = 1week\n}",                "'1week' is not a length"                    },
            {"timers \"*\" {\nseen_urgent = 999999999s\n}",           "is not a length"                            },
            {"timers \"*\" {\nseen_urgent = \"\"\n}",                 "'' is not a length"                         },
            {"timers \"*\" {\nwaitlist_crisis = 1h\n}",
             "no such option 'waitlist_crisis'"                                                                    },
            {"timers \"*\" {\nerase_crisis = 1h\n}",
             "allowed is name = value with the names on_device_crisis, on_device_urgent"                           },
            {"timers \"*\" {\nseen_crisis = 1h\nseen_crisis = 1h\n}",
             "broker.conf:3: seen_crisis: given twice, first on line 2"                                            },
            {"timers \"*\" {\n}\ntimers \"*\" {\n}",                  "duplicate"                                  },
            {"timers \"2100\" {\n}",
             "broker.conf:2: timers \"2100\" is not an area by its NIS code, or \"*\""                             },
            {"timers \"2100A\" {\nseen_crisis = 1h\n}",
             "timers \"2100A\" is not an area"                                                                     },
            {"timers \"210044\" {\n}",                                "is not an area"                             },
            {"timers \"\" {\n}",                                      "is not an area"                             },
            {"timers {\n}",                                           "put text with signs in double"              },
            {"timers \"*\" { seen_crisis = 1h }",                     "put text with signs in double"              },
            {"timers \"*\" {\n",                                      "broker.conf:1: this section is not closed"  },
            {"\ntimers \"*\" {\ntimers \"*\" {\n}\n}",
             "broker.conf:3: a section cannot stand in another one"                                                },
            {"}",                                                     "broker.conf:1: there is no section to close"},
            {"timers \"*\" {\n}\n}",                                  "broker.conf:3: there is no section"         },
            {"limits \"*\" {\n}",                                     "no such option 'limits'"                    },
            {"timers = 5",                                            "broker.conf:1"                              },
            {"timers \"*\" {\nlog_level = info\n}",                   "no such option 'log_level'"                 },
            {"gather_ms \"*\" {\n}",                                  "broker.conf:1"                              },
    };
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        struct err err = {CODE_OK, ""};
        struct broker_conf conf = {.gather_ms = 9, .n_timers = 5};
        if (parse(rows[at].text, &conf, &err))
            fail_msg("taken: %s", rows[at].text);
        assert_int_equal(err.code, ERR_CONFIG);
        if (strstr(err.msg, rows[at].words) == NULL)
            fail_msg("%s: \"%s\" lacks \"%s\"", rows[at].text, err.msg, rows[at].words);
        assert_int_equal(conf.gather_ms, 9);
        assert_int_equal(conf.n_timers, 5);
    }
}

static char *many_areas(size_t n)
{
    char *text = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&text, &len);
    assert_non_null(file);
    for (size_t i = 0; i < n; i++)
        fprintf(file, "timers \"%05zu\" {\nseen_urgent = 1d\n}\n", i);
    fclose(file);
    return text;
}

static void so_many_areas_have_limits_of_their_own(void **state)
{
    (void)state;
    static struct broker_conf conf;
    struct err err = {CODE_OK, ""};
    char *text = many_areas(TIMER_AREAS_MAX);
    must_parse(text, &conf);
    assert_int_equal(conf.n_timers, TIMER_AREAS_MAX);
    free(text);
    text = many_areas(TIMER_AREAS_MAX + 1);
    assert_false(parse(text, &conf, &err));
    assert_non_null(strstr(err.msg, "there are more than 64 sections of timers"));
    free(text);
}

static void every_default_may_be_set(void **state)
{
    (void)state;
    static struct broker_conf conf;
    const struct conf_section *section = NULL;
    char *text = NULL;
    size_t len = 0;
    for (size_t i = 0; i < N_BROKER_KEYS; i++)
        if (BROKER_KEYS[i].type == CONF_SECTION)
            section = BROKER_KEYS[i].section;
    if (section == NULL) {
        fail();
        return;
    }
    FILE *file = open_memstream(&text, &len);
    assert_non_null(file);
    fprintf(file, "timers \"*\" {\n");
    for (size_t i = 0; i < section->n_keys; i++)
        fprintf(file, "%s = %s\n", section->keys[i].name, section->keys[i].initial);
    fprintf(file, "}\n");
    fclose(file);
    must_parse(text, &conf);
    free(text);
    /* What is shown as the default is the default; a node's own timer is not here. */
    struct lifecycle_limits all = LIFECYCLE_DEFAULTS;
    memset(all.of[TIMER_ERASE], 0, sizeof all.of[TIMER_ERASE]);
    assert_memory_equal(&conf.timers[0].said, &all, sizeof all);
}

static void what_is_saved_comes_back(void **state)
{
    (void)state;
    static struct broker_conf conf, back;
    struct temp temp;
    char path[TEMP_PATH_BYTES];
    struct err err = {CODE_OK, ""};
    temp_init(&temp);
    temp_path(&temp, "broker.conf", path);
    must_parse("timers \"*\" {\nseen_crisis = 2s\n}\n"
               "timers \"21004\" {\nhold_urgent = 45d\nconfirm_urgent = 4wd\n}\n",
            &conf);
    assert_true(conf_save(path, BROKER_CONF_TITLE, BROKER_KEYS, N_BROKER_KEYS, &conf,
            &err));
    assert_true(conf_load(path, BROKER_KEYS, N_BROKER_KEYS, &back, &err));
    assert_memory_equal(&back, &conf, sizeof conf);

    /* What the table does not allow is not written either. */
    conf.timers[1].said.of[TIMER_HOLD][URGENCY_URGENT].n = 61;
    assert_false(conf_save(path, BROKER_CONF_TITLE, BROKER_KEYS, N_BROKER_KEYS, &conf,
            &err));
    conf.timers[1].said.of[TIMER_HOLD][URGENCY_URGENT].n = 45;
    memcpy(conf.timers[0].area, "nowhe", 6);
    assert_false(conf_save(path, BROKER_CONF_TITLE, BROKER_KEYS, N_BROKER_KEYS, &conf,
            &err));
    memcpy(conf.timers[0].area, "*", 2);
    conf.n_timers = TIMER_AREAS_MAX + 1;
    assert_false(conf_save(path, BROKER_CONF_TITLE, BROKER_KEYS, N_BROKER_KEYS, &conf,
            &err));
    temp_done(&temp);
}

static void assert_due(const struct limits *limits, const char *area, uint16_t urgency,
        int64_t wanted_ms)
{
    assert_int_equal(lifecycle_due(limits_of(limits, area), TIMER_SEEN, urgency, 1000),
            1000 + wanted_ms);
}

/* An area begins with what holds for all others, and that with the table. */
static void an_area_has_the_limits_that_were_said_for_it(void **state)
{
    (void)state;
    static struct broker_conf conf;
    static struct limits limits;
    must_parse("timers \"21004\" {\nseen_crisis = 10min\n}\n"
               "timers \"*\" {\nseen_crisis = 20min\nseen_urgent = 5h\n}\n",
            &conf);
    limits_load(&limits, &conf);
    assert_due(&limits, "21004", URGENCY_CRISIS, 10 * TIME_MINUTE_MS);
    assert_due(&limits, "21004", URGENCY_URGENT, 5 * TIME_HOUR_MS);
    assert_due(&limits, "21001", URGENCY_CRISIS, 20 * TIME_MINUTE_MS);
    assert_due(&limits, "", URGENCY_CRISIS, 20 * TIME_MINUTE_MS);
    must_parse("", &conf);
    limits_load(&limits, &conf);
    assert_due(&limits, "21004", URGENCY_CRISIS, TIME_HOUR_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(sections_are_taken_in_their_order),
            cmocka_unit_test(a_section_that_is_wrong_is_named),
            cmocka_unit_test(so_many_areas_have_limits_of_their_own),
            cmocka_unit_test(every_default_may_be_set),
            cmocka_unit_test(what_is_saved_comes_back),
            cmocka_unit_test(an_area_has_the_limits_that_were_said_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
