/* unit_conf.c - settings: what is taken, what is refused and in which words, and that
 * what is saved comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/conf_sample.h"
#include "tests/temp.h"

static bool parse(const char *text, struct sample *sample, struct err *err)
{
    return conf_parse(span_text(text), "node.conf", sample_keys, COUNT_OF(sample_keys),
            sample, err);
}

static void without_a_file_the_defaults_hold(void **state)
{
    (void)state;
    struct err err = {CODE_OK, ""};
    struct sample sample = {.before = 7, .name = "xxxxxxxxxxxxxxx"};
    assert_true(conf_load(NULL, sample_keys, COUNT_OF(sample_keys), &sample, &err));
    static const char name[16] = "bus $1";
    assert_int_equal(sample.before, 7);
    assert_memory_equal(sample.name, name, sizeof name);
    assert_int_equal(sample.port, 5555);
    assert_int_equal(sample.depth, -1);
    assert_true(sample.strict);
}

static void what_is_allowed_is_taken(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        struct sample wanted;
    } rows[] = {
            {"",                                          {0, "bus $1", 5555, -1, true}         },
            {"# nothing\n\n \t# here",                    {0, "bus $1", 5555, -1, true}         },
            {"port = 1",                                  {0, "bus $1", 1, -1, true}            },
            {"port=65535\r\nname=abc\r\n",                {0, "abc", 65535, -1, true}           },
            {"  port   =\t80 # \"yes\n",                  {0, "bus $1", 80, -1, true}           },
            {"port = \"80\"",                             {0, "bus $1", 80, -1, true}           },
            {"name = \"\"",                               {0, "", 5555, -1, true}               },
            {"name = \"# no comment\"",                   {0, "# no comment", 5555, -1, true}   },
            {"name = \"tcp://a:1\"",                      {0, "tcp://a:1", 5555, -1, true}      },
            {"name = \"\\\\ \\\" \\$ \\${HOME}\"",
             {0, "\\ \" $ ${HOME}", 5555, -1, true}                                             },
            {"name = 123456789012345",                    {0, "123456789012345", 5555, -1, true}},
            {"name = Li\xc3\xa8ge # \xe2\x82\xac",        {0, "Li\xc3\xa8ge", 5555, -1, true}   },
            {"name = \"/* a */\"",                        {0, "/* a */", 5555, -1, true}        },
            {"strict = off",                              {0, "bus $1", 5555, -1, false}        },
            {"strict = no\ndepth = -9223372036854775808",
             {0, "bus $1", 5555, INT64_MIN, false}                                              },
            {"depth = 9223372036854775807",               {0, "bus $1", 5555, INT64_MAX, true}  },
            {"depth = 007",                               {0, "bus $1", 5555, 7, true}          },
    };
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        struct err err = {CODE_OK, ""};
        struct sample sample = {0};
        if (!parse(rows[at].text, &sample, &err))
            fail_msg("%s: %s", rows[at].text, err.msg);
        assert_string_equal(sample.name, rows[at].wanted.name);
        assert_int_equal(sample.port, rows[at].wanted.port);
        assert_int_equal(sample.depth, rows[at].wanted.depth);
        assert_int_equal(sample.strict, rows[at].wanted.strict);
    }
}

static void what_is_not_allowed_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } rows[] = {
            {"\nprot = 5",                  "node.conf:2: no such option 'prot'"              },
            {"prot = 5",                    "with the names name, port, depth, strict"        },
            {"Port = 5",                    "no such option 'Port'"                           },
            {"port = 5\n\nport = 6",        "node.conf:3: port: given twice, first on line 1" },
            {"port = 5\nport = 5",          "given twice"                                     },
            {"\n\nport = 0",                "node.conf:3: port: '0' is not a number from 1 to"},
            {"port = 65536",                "is not a number from 1 to 65535"                 },
            {"port = many",                 "port: 'many' is not a number"                    },
            {"port = \" 5\"",               "is not a number"                                 },
            {"port = 5x",                   "is not a number"                                 },
            {"port = 0x10",                 "is not a number"                                 },
            {"port = -",                    "is not a number"                                 },
            {"port = \"\"",                 "is not a number"                                 },
            {"port = 99999999999999999999", "is not a number"                                 },
            {"depth = 9223372036854775808", "is not a number"                                 },
            {"strict = maybe",              "'maybe' is not true or false"                    },
            {"strict = TRUE",               "is not true or false"                            },
            {"name = 1234567890123456",     "is not one line of text of at most 15 bytes"     },
            {"port",                        "node.conf:1"                                     },
            {"port =",                      "premature end of file"                           },
            {"= 5",                         "node.conf:1"                                     },
            {"\"\" = 5",                    "node.conf:1: this is not name = value"           },
            {"port 5",                      "missing equal sign"                              },
            {"port = 5 6",                  "no such option '6'"                              },
            {"name = \"a\nb\"",             "node.conf:1: a quote is not closed on its line"  },
            {"name = \"a\\\"",              "a quote is not closed"                           },
            {"name = \"a\\",                "a \\ in quotes stands before"                    },
            {"name = \"a\\n\"",             "a \\ in quotes stands before"                    },
            {"name = \"a\\400\"",           "a \\ in quotes stands before"                    },
            {"name = \"${HOME}\"",          "variables are not filled in"                     },
            {"name = ${HOME}",              "put text with signs in double quotes"            },
            {"name = 'a'",                  "put text with signs in double quotes"            },
            {"port = *5",                   "put text with signs in double quotes"            },
            {"port = +5",                   "put text with signs in double quotes"            },
            {"port += 5",                   "put text with signs in double quotes"            },
            {"port = {5, 6}",               "put text with signs in double quotes"            },
            {"include(\"other\")",          "put text with signs in double quotes"            },
            {"a|port = 5",                  "put text with signs in double quotes"            },
            {"\"a|port\" = 5",              "node.conf:1"                                     },
            {"port = 5 /* more */",         "put text with signs in double quotes"            },
            {"name = a // b",               "put text with // in double quotes"               },
            {"port = 5\n# Li\xe8ge",        "node.conf:2: this is not UTF-8"                  },
            {"# \xed\xa0\x80",              "this is not UTF-8"                               },
            {"# \xc0\xaf",                  "this is not UTF-8"                               },
            {"# \xf4\x90\x80\x80",          "this is not UTF-8"                               },
            {"# \xe2\x82",                  "this is not UTF-8"                               },
            {"name = a\x07",                "there is a control character"                    },
            {"port = 5\rname = a",          "there is a control character"                    },
    };
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        struct err err = {CODE_OK, ""};
        struct sample sample = {.before = 7, .port = 9};
        assert_false(parse(rows[at].text, &sample, &err));
        assert_int_equal(err.code, ERR_CONFIG);
        if (strstr(err.msg, rows[at].words) == NULL)
            fail_msg("%s: \"%s\" lacks \"%s\"", rows[at].text, err.msg, rows[at].words);
        assert_int_equal(sample.port, 9);

        /* What one file leaves open must not run on into the next one. */
        assert_true(parse("port = 8 # \"\n", &sample, &err));
        assert_int_equal(sample.port, 8);
    }
    struct err err = {CODE_OK, ""};
    struct sample sample = {0};
    static const char zero[] = "port = 5\n\0port = 6";
    assert_false(conf_parse((struct span){(const uint8_t *)zero, sizeof zero - 1}, "z",
            sample_keys, COUNT_OF(sample_keys), &sample, &err));
    assert_string_equal(err.msg, "z:2: there is a control character; take it out");
}

static void a_default_that_is_wrong_is_our_mistake(void **state)
{
    (void)state;
    struct err err = {CODE_OK, ""};
    struct sample sample = {0};
    struct conf_key key = sample_keys[1];
    key.initial = "0";
    assert_false(conf_load(NULL, &key, 1, &sample, &err));
    assert_int_equal(err.code, ERR_INTERNAL);
    assert_string_equal(err.msg, "the default of port is not a number from 1 to 65535");
}

static void the_length_of_a_file_is_bounded(void **state)
{
    (void)state;
    enum { MOST = 64 * 1024 };
    static char text[MOST + 1];
    memset(text, '\n', sizeof text);
    memcpy(text, "port = 3", 8);
    struct temp temp;
    char path[TEMP_PATH_BYTES];
    temp_init(&temp);
    temp_path(&temp, "node.conf", path);
    struct err err = {CODE_OK, ""};
    struct sample sample = {0};
    temp_write(path, text, MOST);
    assert_true(conf_load(path, sample_keys, COUNT_OF(sample_keys), &sample, &err));
    assert_int_equal(sample.port, 3);
    temp_write(path, text, MOST + 1);
    assert_false(conf_load(path, sample_keys, COUNT_OF(sample_keys), &sample, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.msg, "longer than 64 KiB"));

    assert_false(
            conf_load(temp.folder, sample_keys, COUNT_OF(sample_keys), &sample, &err));
    assert_non_null(strstr(err.msg, "cannot be read (Is a directory)"));
    temp_path(&temp, "nowhere.conf", path);
    assert_false(conf_load(path, sample_keys, COUNT_OF(sample_keys), &sample, &err));
    assert_non_null(strstr(err.msg, "nowhere.conf: cannot be read (No such file"));
    temp_done(&temp);
}

/* It would say nothing, and the start would wait for it for ever; or say all that is
 * asked of it. */
static void what_is_no_file_is_not_waited_for(void **state)
{
    struct temp temp;
    char pipe[TEMP_PATH_BYTES];
    const char *const paths[] = {pipe, "/dev/null", "/dev/zero"};
    (void)state;
    temp_init(&temp);
    temp_path(&temp, "node.conf", pipe);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    for (size_t at = 0; at < COUNT_OF(paths); at++) {
        struct err err = {CODE_OK, ""};
        struct sample sample = {.port = 7};
        assert_false(conf_load(paths[at], sample_keys, COUNT_OF(sample_keys), &sample,
                &err));
        assert_int_equal(err.code, ERR_CONFIG);
        assert_non_null(strstr(err.msg, paths[at]));
        assert_non_null(strstr(err.msg, "is a pipe or a device. Put a file"));
        assert_int_equal(sample.port, 7);
    }
    temp_done(&temp);
}

static void what_is_saved_comes_back(void **state)
{
    (void)state;
    static const struct sample rows[] = {
            {0, "",                   1,     INT64_MIN, false},
            {0, "\"\\$ ${A} \\\"",    65535, INT64_MAX, true },
            {0, "# {1} 'x'\t*",       80,    0,         true },
            {0, "Li\xc3\xa8ge // /*", 80,    0,         true },
    };
    struct temp temp;
    char path[TEMP_PATH_BYTES];
    temp_init(&temp);
    temp_path(&temp, "node.conf", path);
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        struct err err = {CODE_OK, ""};
        struct sample back = {0};
        assert_true(conf_save(path, "A node.", sample_keys, COUNT_OF(sample_keys),
                &rows[at], &err));
        if (!conf_load(path, sample_keys, COUNT_OF(sample_keys), &back, &err))
            fail_msg("row %zu: %s", at, err.msg);
        assert_string_equal(back.name, rows[at].name);
        assert_int_equal(back.port, rows[at].port);
        assert_int_equal(back.depth, rows[at].depth);
        assert_int_equal(back.strict, rows[at].strict);
    }
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0137, 0);
    temp_done(&temp);
}

static void what_could_not_come_back_is_not_saved(void **state)
{
    (void)state;
    static const struct {
        struct sample values;
        const char *words;
    } rows[] = {
            {{0, "a\nport = 6", 80, 0, true},      "name must be one line of text"  },
            {{0, "Li\xe8ge", 80, 0, true},         "name must be one line of text"  },
            {{0, "1234567890123456", 80, 0, true}, "name must be one line of text"  },
            {{0, "a", 0, 0, true},                 "port must be a number from 1 to"},
            {{0, "a", 65536, 0, true},             "port must be a number from 1 to"},
    };
    struct temp temp;
    char path[TEMP_PATH_BYTES];
    temp_init(&temp);
    temp_path(&temp, "node.conf", path);
    struct err err = {CODE_OK, ""};
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        assert_false(conf_save(path, "A node.", sample_keys, COUNT_OF(sample_keys),
                &rows[at].values, &err));
        assert_int_equal(err.code, ERR_CONFIG);
        assert_non_null(strstr(err.msg, rows[at].words));
        assert_int_not_equal(access(path, F_OK), 0);
    }
    temp_path(&temp, "no/folder/node.conf", path);
    struct sample good = {0, "a", 80, 0, true};
    assert_false(conf_save(path, "A node.", sample_keys, COUNT_OF(sample_keys), &good,
            &err));
    assert_int_equal(err.code, ERR_IO);
    temp_done(&temp);
}

static void the_default_file_explains_itself(void **state)
{
    (void)state;
    char *text = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&text, &len);
    assert_true(conf_write(file, "A node.", sample_keys, 2));
    fclose(file);
    assert_string_equal(text,
            "# A node.\n"
            "#\n"
            "# One setting a line: name = value. Text with spaces or signs stands in "
            "double quotes,\n"
            "# with \\ before each \" \\ and $ in it.\n"
            "\n"
            "# How this node is called.\n"
            "# It is one line of text of at most 15 bytes; without this line \"bus "
            "\\$1\".\n"
            "name = \"bus \\$1\"\n"
            "\n"
            "# Where it listens.\n"
            "# It is a number from 1 to 65535; without this line 5555.\n"
            "port = 5555\n");
    struct err err = {CODE_OK, ""};
    struct sample sample = {0};
    assert_true(parse(text, &sample, &err));
    assert_string_equal(sample.name, "bus $1");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(without_a_file_the_defaults_hold),
            cmocka_unit_test(what_is_allowed_is_taken),
            cmocka_unit_test(what_is_not_allowed_is_named),
            cmocka_unit_test(a_default_that_is_wrong_is_our_mistake),
            cmocka_unit_test(the_length_of_a_file_is_bounded),
            cmocka_unit_test(what_is_no_file_is_not_waited_for),
            cmocka_unit_test(what_is_saved_comes_back),
            cmocka_unit_test(what_could_not_come_back_is_not_saved),
            cmocka_unit_test(the_default_file_explains_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
