/* unit_cli_proof.c - a file of evidence on the command line: what it proves, in three
 * languages; what is wrong with it; and what the person is told. The node is played by
 * the test. */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "adapters/gate.h"
#include "tests/cli_screen.h"
#include "tests/evidence_sheet.h"

enum { LINE_BYTES = 1024 };

/* ---- the node ---- */

static struct span evidence; /* what it hands out */
static struct temp temp;
static int listener;

struct gate *gate_new(const char *path, struct err *err)
{
    (void)path;
    (void)err;
    return (struct gate *)&temp;
}

void gate_free(struct gate *gate)
{
    (void)gate;
}

bool gate_ask(struct gate *gate, const struct request *request, int64_t wait_ms,
        struct arena *arena, struct reply *reply, struct err *err)
{
    static const struct id letters[] = {{{1}}, {{2}}};
    static const struct opening_line lines[] = {
            {.number = 1,     .at_ms = 1, .actor = "An", .how = OPENING_HOW_LIST},
            { .number = 4,
             .at_ms = 60001,
             .actor = "Bert",
             .how = OPENING_HOW_SHOW,
             .letters = letters,
             .n_letters = 2},
    };
    static const struct opening_list list = {.openings = lines, .n_openings = 2};
    static const struct opening_list none = {.n_openings = 0};
    static struct use uses[] = {{.case_number = 7}, {.case_number = 0}};
    static const struct consent_line consents[] = {
            {.number = 3, .uses = uses, .n_uses = 2}
    };
    static const struct consent_record record = {.consents = consents, .n_consents = 1};
    static const struct consent_record unused = {.n_consents = 0};
    static struct evidence_made made;
    (void)gate;
    (void)wait_ms;
    (void)arena;
    (void)err;
    made.file = evidence;
    *reply = (struct reply){.v = 1, .code = "", .sentence = ""};
    if (request->openings != NULL)
        reply->openings = request->openings->case_number == 9 ? &none : &list;
    else if (request->consent_show != NULL)
        reply->consent = request->consent_show->number == 4 ? &unused : &record;
    else if (request->evidence != NULL)
        reply->evidence = &made;
    return true;
}

/* ---- files ---- */

struct stage {
    struct world *world;
    struct sheet sheet;
    char fingerprint[FINGERPRINT_TEXT_BYTES];
};

static int open_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    void *world = NULL;
    assert_non_null(stage);
    assert_int_equal(open_world(&world), 0);
    stage->world = world;
    struct key32 hash = hash_sha256_one(SPAN_OF(stage->world->net.network.steward_key));
    ids_fingerprint(&hash, stage->fingerprint);
    begin(&stage->sheet, stage->world);
    stage->sheet.facts.withdrawn = true;
    stage->sheet.facts.n_steps = 3;
    make(&stage->sheet);
    evidence = pack(&stage->sheet);
    temp_init(&temp);
    *state = stage;
    return 0;
}

static int close_stage(void **state)
{
    struct stage *stage = *state;
    void *world = stage->world;
    temp_done(&temp);
    if (listener > 0)
        close(listener);
    listener = 0;
    free(stage);
    return close_world(&world);
}

static const char *put(const char *name, struct span bytes)
{
    static char path[TEMP_PATH_BYTES];
    temp_path(&temp, name, path);
    temp_write(path, bytes.at, bytes.len);
    return path;
}

static struct screen verify(const char *path, const char *lang, const char *more,
        const char *fingerprint)
{
    char line[LINE_BYTES];
    snprintf(line, sizeof line, "--lang|%s|verify|%s%s|--fingerprint|%s", lang, path,
            more, fingerprint);
    return screen_line(NULL, line);
}

/* ---- verify ---- */

static void a_good_file_says_in_words_what_it_proves(void **state)
{
    static const struct {
        const char *lang;
        const char *pieces[6];
    } SAYS[] = {
            {"en", {"All of it holds.", "A house signed on",
                           "The consent covered this.", "The consent was withdrawn on",
                           "What is not proved", "stand in the log of the broker"}},
            {"nl", {"Alles klopt.", "A house tekende op", "De toestemming dekte dit.",
                           "De toestemming is ingetrokken op", "Wat niet bewezen is",
                           "in het logboek van de makelaar"}                      },
            {"fr", {"Tout est en ordre.", "A house a signé le",
                           "Le consentement le couvrait.",
                           "Le consentement est retiré le", "Ce qui n'est pas prouvé",
                           "dans le journal du courtier"}                         },
    };
    struct stage *stage = *state;
    const char *path = put("good", evidence);
    for (size_t i = 0; i < COUNT_OF(SAYS); i++) {
        struct screen screen = verify(path, SAYS[i].lang, "", stage->fingerprint);
        assert_string_equal(screen.err, "");
        assert_int_equal(screen.status, EXIT_OK);
        for (size_t k = 0; k < COUNT_OF(SAYS[i].pieces); k++)
            assert_has(screen.out, SAYS[i].pieces[k]);
        screen_done(&screen);
    }
    struct screen screen = verify(path, "en", "|--json", stage->fingerprint);
    assert_int_equal(screen.status, EXIT_OK);
    assert_int_equal(strncmp(screen.out, "{\"code\":\"\",", 11), 0);
    assert_has(screen.out, "\"holds\":true");
    assert_has(screen.out, "\"faults\":[]");
    screen_done(&screen);
}

static size_t times(const char *text, const char *piece)
{
    size_t n = 0;
    for (const char *at = strstr(text, piece); at != NULL; at = strstr(at + 1, piece))
        n++;
    return n;
}

/* Whose each step is, and one is not told as several. */
static void a_step_names_whose_it_is_and_one_is_one(void **state)
{
    static const struct {
        const char *lang, *step, *letter, *one;
    } SAYS[] = {
            {"en", "signed these steps of the request to A house:",
             "for A house: preview, without a name.", "That an earlier state of that log was only added to"   },
            {"nl", "tekende deze stappen van de vraag aan A house:",
             "voor A house: voorbeeld, zonder naam.", "Dat een vroegere stand van dat logboek"                },
            {"fr", "a signé ces étapes de la demande à A house :",
             "pour A house : aperçu, sans nom.",    "Qu'un état antérieur de ce journal a seulement été"},
    };
    struct stage *stage = *state;
    const char *path = put("good", evidence);
    for (size_t i = 0; i < COUNT_OF(SAYS); i++) {
        struct screen screen = verify(path, SAYS[i].lang, "", stage->fingerprint);
        assert_has(screen.out, SAYS[i].step);
        assert_has(screen.out, SAYS[i].letter);
        assert_has(screen.out, SAYS[i].one);
        screen_done(&screen);
    }
}

static void the_steward_is_compared_by_people(void **state)
{
    struct stage *stage = *state;
    char line[LINE_BYTES];
    const char *path = put("good", evidence);
    struct screen screen = verify(path, "en", "", "aaaa-bbbb");
    assert_int_equal(screen.status, EXIT_REFUSED);
    assert_has(screen.err, "E_AUTH");
    screen_done(&screen);
    snprintf(line, sizeof line, "verify|%s", path);
    screen = screen_line("y\n", line);
    assert_int_equal(screen.status, EXIT_OK);
    assert_has(screen.out, stage->fingerprint);
    screen_done(&screen);
    screen = screen_line("n\n", line);
    assert_int_equal(screen.status, EXIT_REFUSED);
    screen_done(&screen);
    screen = screen_line(NULL, line);
    assert_int_equal(screen.status, EXIT_USAGE);
    assert_has(screen.err, "--fingerprint");
    screen_done(&screen);
}

static void a_wrong_file_says_what_is_wrong(void **state)
{
    struct stage *stage = *state;
    struct sheet *sheet = &stage->sheet;
    struct receipt other = sheet->facts.read[0];
    other.core_hash = sheet->facts.read[1].core_hash;
    add(sheet, sign(sheet, "house-b", KIND_RECEIPT, &WIRE_RECEIPT, &other));
    const char *path = put("wrong", pack(sheet));
    struct screen screen = verify(path, "en", "", stage->fingerprint);
    assert_int_equal(screen.status, EXIT_REFUSED);
    assert_has(screen.out, "Receipt of A house 10000000-");
    assert_has(screen.out, "[other_letter]");
    assert_has(screen.out, "The file of A house: something was left out");
    assert_has(screen.out, "This file does not hold (2).");
    assert_null(strstr(screen.out, "What is proved"));
    screen_done(&screen);
    screen = verify(path, "nl", "|--json", stage->fingerprint);
    assert_int_equal(screen.status, EXIT_REFUSED);
    assert_has(screen.out, "{\"code\":\"E_EVIDENCE\",\"holds\":false");
    assert_has(screen.out, "\"fault\":\"changed_file\"");
    screen_done(&screen);
}

/* What exactly broke is for programs; people read one language. */
static void what_is_wrong_is_told_in_one_language(void **state)
{
    static const char ENGLISH[] = "the signature of a receipt";
    struct stage *stage = *state;
    struct sheet *sheet = &stage->sheet;
    struct receipt body = sheet->facts.read[0];
    struct span bytes = sign(sheet, "house-b", KIND_RECEIPT, &WIRE_RECEIPT, &body);
    uint8_t *changed = arena_take(sheet->arena, bytes.len);
    assert_non_null(changed);
    memcpy(changed, bytes.at, bytes.len);
    changed[bytes.len - 1] ^= 1;
    add(sheet, (struct span){changed, bytes.len});
    const char *path = put("wrong", pack(sheet));
    struct screen screen = verify(path, "nl", "", stage->fingerprint);
    assert_has(screen.out, "[wrong_signature]");
    assert_null(strstr(screen.out, ENGLISH));
    screen_done(&screen);
    screen = verify(path, "nl", "|--json", stage->fingerprint);
    assert_has(screen.out, ENGLISH);
    screen_done(&screen);
}

static void what_is_no_file_of_evidence_is_said_so(void **state)
{
    struct stage *stage = *state;
    static uint8_t huge[EVIDENCE_BYTES_MAX + 1];
    memcpy(huge, evidence.at, evidence.len);
    const struct {
        const char *name;
        struct span bytes;
    } FILES[] = {
            {"cut",    {evidence.at, evidence.len / 2}    },
            {"extra",  {huge, evidence.len + 3}           },
            {"huge",   {huge, sizeof huge}                },
            {"empty",  {huge, 0}                          },
            {"letter", {(const uint8_t *)"Dear judge", 10}},
    };
    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        struct screen screen = verify(put(FILES[i].name, FILES[i].bytes), "en", "",
                stage->fingerprint);
        assert_int_equal(screen.status, EXIT_REFUSED);
        assert_string_equal(screen.out, "");
        assert_has(screen.err, "(E_");
        assert_has(screen.err, "This is no file of evidence");
        screen_done(&screen);
    }
    struct screen screen = verify("/nonexistent/file", "en", "", stage->fingerprint);
    assert_int_equal(screen.status, EXIT_COULD_NOT);
    screen_done(&screen);
}

/* ---- asking the node ---- */

static void make_home(char *folder)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char path[TEMP_PATH_BYTES], token[KEYS_TOKEN_TEXT_BYTES];
    snprintf(folder, TEMP_PATH_BYTES, "%s", temp.folder);
    temp_path(&temp, "run", path);
    assert_int_equal(mkdir(path, 0750), 0);
    temp_path(&temp, "node.request", path);
    temp_write(path, "", 0);
    temp_path(&temp, "run/node.sock", path);
    assert_true(strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    listener = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof address),
            0);
    temp_path(&temp, "cli.token", path);
    memset(token, 'a', sizeof token - 1);
    temp_write(path, token, sizeof token - 1);
    assert_int_equal(chmod(path, 0600), 0);
}

static struct screen ask(const char *home, const char *lang, const char *words)
{
    char line[LINE_BYTES];
    snprintf(line, sizeof line, "--home|%s|--lang|%s|%s", home, lang, words);
    return screen_line(NULL, line);
}

static void assert_one_line(const char *home, const char *words)
{
    struct screen screen = ask(home, "en", words);
    const char *end = strchr(screen.out, '\n');
    assert_int_equal(screen.status, EXIT_OK);
    assert_non_null(end);
    assert_string_equal(end, "\n");
    assert_has(screen.out, "{\"code\":\"\",\"accounts\":[");
    screen_done(&screen);
}

static void the_person_is_told_in_plain_words(void **state)
{
    static const struct {
        const char *lang;
        const char *pieces[4];
    } SAYS[] = {
            {"en", {"Who was given what about you",
                           "the full referral, with your name.",
                           "your consent was withdrawn",
                           "staff member 1 opened your file"}},
            {"nl", {"Wie kreeg wat over u", "de volledige verwijzing, met uw naam.",
                           "is uw toestemming ingetrokken",
                           "opende medewerker 1 uw dossier"} },
            {"fr", {"Qui a reçu quoi à votre sujet",
                           "la demande complète, avec votre nom.",
                           "votre consentement a été retiré",
                           "le collaborateur 1 a ouvert"}    },
    };
    char home[TEMP_PATH_BYTES];
    (void)state;
    make_home(home);
    for (size_t i = 0; i < COUNT_OF(SAYS); i++) {
        struct screen screen = ask(home, SAYS[i].lang, "who-got-what|7");
        assert_string_equal(screen.err, "");
        assert_int_equal(screen.status, EXIT_OK);
        for (size_t k = 0; k < COUNT_OF(SAYS[i].pieces); k++)
            assert_has(screen.out, SAYS[i].pieces[k]);
        /* Staff are numbers on this sheet. */
        assert_null(strstr(screen.out, "Anneleen"));
        screen_done(&screen);
    }
    struct screen screen = ask(home, "en", "who-got-what|--consent|3");
    assert_has(screen.out, "Who was given what about you");
    screen_done(&screen);
    screen = ask(home, "en", "--json|who-got-what|7");
    assert_has(screen.out, "\"actor\":\"1\"");
    assert_null(strstr(screen.out, "\"actor\":\"Anneleen\""));
    screen_done(&screen);
    assert_one_line(home, "--json|who-got-what|7");
    assert_one_line(home, "--json|who-got-what|--consent|3");
    /* Of a record under which nothing was sent, too. */
    assert_one_line(home, "--json|who-got-what|--consent|4");
    screen = ask(home, "en", "who-got-what|7|--consent|3");
    assert_int_equal(screen.status, EXIT_USAGE);
    screen_done(&screen);
}

/* The sheet of facts that were signed anew. */
static struct screen sheet_of(struct stage *stage, const char *home, const char *lang)
{
    evidence = pack(&stage->sheet);
    return ask(home, lang, "who-got-what|7");
}

/* Two capsules of one record are one agreement; a list is told in the singular. */
static void one_agreement_is_told_once(void **state)
{
    struct stage *stage = *state;
    struct sheet *sheet = &stage->sheet;
    char home[TEMP_PATH_BYTES];
    make_home(home);
    begin(sheet, stage->world);
    sheet->facts.openings[1].how = OPENING_HOW_LIST;
    make(sheet);
    struct consent second = sheet->facts.consent;
    second.consent_id.b[1] = 9;
    add(sheet, sign(sheet, "house-a", KIND_CONSENT, &WIRE_CONSENT, &second));
    seal(sheet);
    struct screen screen = sheet_of(stage, home, "en");
    assert_int_equal(times(screen.out, "Your consent was recorded by A house."), 1);
    assert_has(screen.out, "It holds from");
    assert_has(screen.out, "once in a list");
    assert_has(screen.out, "and take back your consent");
    screen_done(&screen);
    /* What differs for the person is told apart. */
    second.consent_id.b[1] = 10;
    second.until_day++;
    add(sheet, sign(sheet, "house-a", KIND_CONSENT, &WIRE_CONSENT, &second));
    seal(sheet);
    screen = sheet_of(stage, home, "en");
    assert_int_equal(times(screen.out, "Your consent was recorded by A house."), 2);
    screen_done(&screen);
}

/* Nobody is told to take back what was never given, or is taken back already. */
static void what_cannot_be_taken_back_is_not_offered(void **state)
{
    static const struct {
        const char *lang, *title, *taken_back, *was;
    } SAYS[] = {
            {"en", "Why this was allowed",     "take back your consent",
             "It was to hold from"                                                              },
            {"nl", "Waarom dit mocht",         "uw toestemming intrekken",   "Ze zou gelden van"},
            {"fr", "Pourquoi c'était permis", "retirer votre consentement",
             "Il devait valoir du"                                                              },
    };
    struct stage *stage = *state;
    struct sheet *sheet = &stage->sheet;
    char home[TEMP_PATH_BYTES];
    make_home(home);
    for (size_t i = 0; i < COUNT_OF(SAYS); i++) {
        struct screen screen = sheet_of(stage, home, SAYS[i].lang);
        assert_has(screen.out, SAYS[i].was);
        assert_null(strstr(screen.out, SAYS[i].taken_back));
        assert_null(strstr(screen.out, SAYS[i].title));
        screen_done(&screen);
    }
    begin(sheet, stage->world);
    sheet->facts.consent.legal_basis = LEGAL_BASIS_VITAL_INTEREST;
    make(sheet);
    for (size_t i = 0; i < COUNT_OF(SAYS); i++) {
        struct screen screen = sheet_of(stage, home, SAYS[i].lang);
        assert_has(screen.out, SAYS[i].title);
        assert_null(strstr(screen.out, SAYS[i].taken_back));
        screen_done(&screen);
    }
}

static void assert_words(const struct cli *cli, const char *prefix, const char *name)
{
    if (strcmp(cli_words_of(cli, prefix, name), name) == 0)
        fail_msg("nothing to read for %s%s", prefix, name);
}

/* Whatever of a case is signed, and whatever was refused in it, people read what it is,
 * and no code. */
static void each_letter_and_refusal_has_its_words(void **state)
{
    static const char *const REFUSED[] = {"act", "refer", "forward", "triage",
            "attempt", "link", "convert", "signal_end", "assign", "hand_on", "visit",
            "consent_withdraw", "rights_ask", "rights_answer", "erase_settle"};
    (void)state;
    /* A row has all languages or is refused; in English a word may be the code. */
    for (int lang = LANG_NL; lang <= LANG_FR; lang++) {
        const struct cli cli = {.lang = (enum lang)lang};
        for (int i = LETTER_TYPE_NONE + 1; i <= LETTER_TYPE_SIGNAL_ANSWER; i++) {
            const char *name = letter_type_name((enum letter_type)i);
            assert_words(&cli, "letter_", name);
            /* Steps stand on no sheet. */
            if (i != LETTER_TYPE_EVENT)
                assert_words(&cli, "w_letter_", name);
        }
        for (size_t i = 0; i < COUNT_OF(REFUSED); i++)
            assert_words(&cli, "trace_", REFUSED[i]);
    }
    assert_string_equal(letter_type_name(
                                (enum letter_type)(LETTER_TYPE_SIGNAL_ANSWER + 1)),
            "unknown");
}

static void the_register_is_a_table(void **state)
{
    char home[TEMP_PATH_BYTES];
    (void)state;
    make_home(home);
    struct screen screen = ask(home, "en", "openings|7");
    assert_has(screen.out, "Bert");
    assert_has(screen.out, "in a list");
    screen_done(&screen);
    screen = ask(home, "fr", "openings|9");
    assert_has(screen.out, "Personne n'en a ouvert");
    screen_done(&screen);
    screen = ask(home, "en", "--json|openings|--consent|3");
    assert_has(screen.out, "\"how\":\"show\"");
    screen_done(&screen);
    screen = ask(home, "en", "openings|7|--consent|3");
    assert_int_equal(screen.status, EXIT_USAGE);
    screen_done(&screen);
}

static void a_file_is_written_whole_or_to_the_output(void **state)
{
    struct stage *stage = *state;
    char home[TEMP_PATH_BYTES], line[LINE_BYTES], path[TEMP_PATH_BYTES];
    make_home(home);
    temp_path(&temp, "case.evidence", path);
    snprintf(line, sizeof line, "audit|export|7|--out|%s", path);
    struct screen screen = ask(home, "en", line);
    assert_int_equal(screen.status, EXIT_OK);
    assert_has(screen.out, "no content");
    screen_done(&screen);
    screen = verify(path, "en", "", stage->fingerprint);
    assert_int_equal(screen.status, EXIT_OK);
    screen_done(&screen);
    screen = ask(home, "en", "audit|export|7");
    assert_int_equal(screen.status, EXIT_OK);
    assert_memory_equal(screen.out, evidence.at, evidence.len);
    screen_done(&screen);
    screen = ask(home, "en", "audit|export|7|--out|/nonexistent/place");
    assert_int_equal(screen.status, EXIT_COULD_NOT);
    screen_done(&screen);
    screen = ask(home, "en", "--json|audit|export|7");
    assert_int_equal(screen.status, EXIT_USAGE);
    screen_done(&screen);
}

#define ON_STAGE(test) cmocka_unit_test_setup_teardown(test, open_stage, close_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
            ON_STAGE(a_good_file_says_in_words_what_it_proves),
            ON_STAGE(a_step_names_whose_it_is_and_one_is_one),
            ON_STAGE(the_steward_is_compared_by_people),
            ON_STAGE(a_wrong_file_says_what_is_wrong),
            ON_STAGE(what_is_wrong_is_told_in_one_language),
            ON_STAGE(what_is_no_file_of_evidence_is_said_so),
            ON_STAGE(the_person_is_told_in_plain_words),
            ON_STAGE(one_agreement_is_told_once),
            ON_STAGE(what_cannot_be_taken_back_is_not_offered),
            cmocka_unit_test(each_letter_and_refusal_has_its_words),
            ON_STAGE(the_register_is_a_table),
            ON_STAGE(a_file_is_written_whole_or_to_the_output),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
