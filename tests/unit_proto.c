/* unit_proto.c - the generators in proto/ stop the build at what is wrong, and say
 * where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/span.h"

enum { TEXT_BYTES = 512 };

/* A file and what its generator says of it; says "" when it is taken. */
struct row {
    const char *words;
    const char *generator; /* in proto/ */
    const char *file;      /* name in the temporary folder */
    const char *text;
    const char *says;
};

#define TABLE "code\tnl\tfr\ten\n"
#define CODES "code\texit\tretry\tnl\tfr\ten\n"
#define PROTO "syntax = \"proto3\";\n"

static const struct row ROWS[] = {
        {"a good table",                           "vocab", "x.tsv",         TABLE "a\tn\tf\te\nb\tn\tf\te\n", ""                            },
        {"a field that may not be asked",          "wire",  "x.proto",
         PROTO
                "message A {\n  string person = 1; // <=9\n  string countryless = 2; // <=9\n}\n",
         "x.proto:4: \"countryless\": nobody is asked for \"countryless\", see forbidden.txt"                                                },
        {"one in the middle of a name",            "wire",  "x.proto",
         PROTO "message A {\n  bool has_religion = 1;\n}\n",
         "x.proto:3: \"has_religion\": nobody is asked for \"religion\""                                                                     },
        {"a message about it",                     "wire",  "x.proto",
         PROTO "message TradeUnion {\n  bool yes = 1;\n}\n",
         "x.proto:2: \"TradeUnion\": nobody is asked for \"union\""                                                                          },
        {"a value of an enum",                     "wire",  "x.proto",
         PROTO "enum A {\n  A_NONE = 0;\n  A_NATIONALITY = 1;\n}\n",
         "x.proto:4: \"A_NATIONALITY\": nobody is asked for \"nationality\""                                                                 },
        {"a word that only begins like one",       "wire",  "x.proto",
         PROTO "message A {\n  bool reunion = 1;\n  bool landing = 2;\n}\n",                                   ""                            },
        {"a code that may not be asked",           "vocab", "x.tsv",
         TABLE "a\tn\tf\te\nskin_colour\tn\tf\te\n",
         "x.tsv:3:1: \"skin_colour\": nobody is asked for \"skin\""                                                                          },
        {"a table of them",                        "vocab", "ethnicity.tsv", TABLE "a\tn\tf\te\n",
         "ethnicity.tsv:1:1: \"ethnicity\": nobody is asked for \"ethnicity\""                                                               },
        {"an empty label",                         "vocab", "x.tsv",         TABLE "a\tn\t\te\n",
         "x.tsv:2:3: the label \"fr\" is empty"                                                                                              },
        {"a label of spaces",                      "vocab", "x.tsv",         TABLE "a\tn\tf\t  \n",
         "x.tsv:2:4: the label \"en\" is empty"                                                                                              },
        {"a label that is missing",                "vocab", "x.tsv",         TABLE "a\tn\tf\te\nb\tn\tf\n",
         "x.tsv:3:4: 3 columns where the first line has 4"                                                                                   },
        {"a column too many",                      "vocab", "x.tsv",         TABLE "a\tn\tf\te\tg\n",
         "x.tsv:2:5: 5 columns where the first line has 4"                                                                                   },
        {"a language that is missing",             "vocab", "x.tsv",         "code\tnl\tfr\na\tn\tf\n",
         "x.tsv:1:4: the column \"en\" is missing"                                                                                           },
        {"a column that is there twice",           "vocab", "x.tsv",         "code\tnl\tfr\ten\tnl\n",
         "x.tsv:1:5: the column \"nl\" is there twice"                                                                                       },
        {"another first column",                   "vocab", "x.tsv",         "name\tnl\tfr\ten\n",
         "x.tsv:1:1: the first column must be \"code\""                                                                                      },
        {"a code twice",                           "vocab", "x.tsv",         TABLE "a\tn\tf\te\na\tn\tf\te\n",
         "x.tsv:3:1: the code \"a\" is there already, at line 2"                                                                             },
        {"a code with a hyphen",                   "vocab", "x.tsv",         TABLE "a-b\tn\tf\te\n",
         "x.tsv:2:1: the code \"a-b\" has other characters"                                                                                  },
        {"no code",                                "vocab", "x.tsv",         TABLE "\tn\tf\te\n",
         "x.tsv:2:1: the code is empty"                                                                                                      },
        {"a code that is too long",                "vocab", "x.tsv",
         TABLE "a23456789012345678901234567890123456789012345678\tn\tf\te\n",
         "is longer than 47 characters"                                                                                                      },
        {"an empty line",                          "vocab", "x.tsv",         TABLE "a\tn\tf\te\n\n",
         "x.tsv:3:1: 0 columns where the first line has 4"                                                                                   },
        {"a line end of another system",           "vocab", "x.tsv",         TABLE "a\tn\tf\te\r\n",
         "x.tsv:2:1: a backslash or a carriage return"                                                                                       },
        {"no rows",                                "vocab", "x.tsv",         TABLE,                            "x.tsv: the table has no rows"},
        {"a good code",                            "code",  "code.tsv",      CODES "E_A\t1\tno\tn\tf\te\n",    ""                            },
        {"a code without a sentence",              "code",  "code.tsv",      CODES "E_A\t1\tno\tn\t\te\n",
         "code.tsv:2:5: a sentence is empty"                                                                                                 },
        {"a code of another kind",                 "code",  "code.tsv",      CODES "A\t1\tno\tn\tf\te\n",
         "code.tsv:2:1: a code begins with E_ or ERR_"                                                                                       },
        {"an exit that is none",                   "code",  "code.tsv",      CODES "E_A\t0\tno\tn\tf\te\n",
         "code.tsv:2:2: exit is 1"                                                                                                           },
        {"a retry that is none",                   "code",  "code.tsv",      CODES "E_A\t1\tmaybe\tn\tf\te\n",
         "code.tsv:2:3: retry is yes or no"                                                                                                  },
        {"a code twice",                           "code",  "code.tsv",
         CODES "E_A\t1\tno\tn\tf\te\nE_A\t1\tno\tn\tf\te\n",
         "code.tsv:3:1: the code \"E_A\" is there already, at line 2"                                                                        },
        {"a good message",                         "wire",  "x.proto",
         PROTO "message A {\n  bytes id = 1; // =16\n}\n",                                                     ""                            },
        {"bytes without a length",                 "wire",  "x.proto",
         PROTO "message A {\n  bytes id = 1;\n}\n",
         "x.proto:3: id: the comment behind bytes begins with"                                                                               },
        {"an exact length that C has no type for", "wire",  "x.proto",
         PROTO "message A {\n  bytes id = 1; // =20\n}\n",
         "x.proto:3: id: the comment behind bytes begins with"                                                                               },
        {"text without a limit",                   "wire",  "x.proto",
         PROTO "message A {\n  string name = 1; // a name\n}\n",
         "x.proto:3: name: the comment behind a string begins with"                                                                          },
        {"a list without a limit",                 "wire",  "x.proto",
         PROTO "message A {\n  repeated string name = 1; // <=9\n}\n",
         "x.proto:3: name: a list says in its comment how many"                                                                              },
        {"numbers that go down",                   "wire",  "x.proto",
         PROTO "message A {\n  uint32 b = 2;\n  uint32 a = 1;\n}\n",
         "x.proto:4: the numbers of the fields of a message must ascend"                                                                     },
        {"a type that is not there",               "wire",  "x.proto",
         PROTO "message A {\n  B b = 1;\n}\n",
         "x.proto:3: b: there is no type B"                                                                                                  },
        {"a number of another kind",               "wire",  "x.proto",
         PROTO "message A {\n  int32 b = 1;\n}\n",
         "x.proto:3: b: there is no type int32"                                                                                              },
        {"a message inside itself",                "wire",  "x.proto",
         PROTO
                "message A {\n  B b = 1;\n}\nmessage B {\n  repeated A a = 1; // max 2\n}\n",
         "x.proto: B lies more than 4 deep, or inside itself"                                                                                },
        {"a number as one of several",             "wire",  "x.proto",
         PROTO "message A {\n  oneof b {\n    uint32 c = 1;\n  }\n}\n",
         "x.proto:4: c: a member of a oneof is a message"                                                                                    },
        {"a message within a message",             "wire",  "x.proto",
         PROTO "message A {\n  message B {\n  }\n}\n",
         "x.proto:3: \"message B\" cannot be opened here"                                                                                    },
        {"an optional field",                      "wire",  "x.proto",
         PROTO "message A {\n  optional uint32 b = 1;\n}\n",                                                   "x.proto:3: "                 },
        {"a file that ends early",                 "wire",  "x.proto",       PROTO "message A {\n",
         "the file ends in the middle of something"                                                                                          },
        {"two of one name",                        "wire",  "x.proto",
         PROTO "enum A {\n  A_NONE = 0;\n}\nenum A {\n  A_NONE = 0;\n}\n",
         "x.proto:5: struct or enum a is there already"                                                                                      },
};

/* What the generator says on stderr; *status is its exit status. */
static void run(const struct row *row, const char *folder, char said[TEXT_BYTES],
        int *status)
{
    char path[TEXT_BYTES];
    char command[2 * TEXT_BYTES];
    FILE *file;
    size_t len;

    assert_true(snprintf(path, sizeof path, "%s/%s", folder, row->file) < TEXT_BYTES);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(row->text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    snprintf(command, sizeof command,
            "LC_ALL=C awk -v part=source -v forbidden=proto/forbidden.txt -f proto/table.awk "
            "-f proto/forbidden.awk -f proto/%s.awk %s 2>&1 >/dev/null",
            row->generator, path);
    file = popen(command, "r");
    assert_non_null(file);
    len = fread(said, 1, TEXT_BYTES - 1, file);
    said[len] = '\0';
    *status = pclose(file);
    assert_int_equal(unlink(path), 0);
}

static void what_is_wrong_stops_the_build_at_its_place(void **state)
{
    char folder[] = "/tmp/buurtbus-proto-XXXXXX";
    char said[TEXT_BYTES];
    int status;

    (void)state;
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        bool good = ROWS[i].says[0] == '\0';

        run(&ROWS[i], folder, said, &status);
        if (strstr(said, ROWS[i].says) == NULL || (good && said[0] != '\0'))
            fail_msg("%s: %s", ROWS[i].words, said);
        if ((status == 0) != good)
            fail_msg("%s: exit status %d", ROWS[i].words, status);
    }
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_is_wrong_stops_the_build_at_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
