/* keys_format.c - the file format of private keys, plain and under a passphrase. */
#include "core/keys_format.h"

#include <sodium.h>
#include <stdio.h>

#include "core/keys.h"

enum {
    SALT_BYTES = crypto_pwhash_SALTBYTES,
    SALT_HEX_BYTES = 2 * SALT_BYTES + 1,
    SECRET_BYTES = sizeof(struct key32),
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    SEALED_BYTES = KEYS_WRAP_EXTRA + SECRET_BYTES,
    SEALED_HEX_BYTES = 2 * SEALED_BYTES + 1,
    /* A file may ask for no more than this, so that a bad one cannot eat the machine.
     */
    COST_PASSES_MAX = 16,
    COST_KIB_MIN = 8,
    COST_KIB_MAX = 1024 * 1024,
};

static const char MAGIC[] = "buurtbus-key";
static const char VERSION[] = "1";
static const char ARGON2ID[] = "argon2id";

static const struct {
    const char *name;  /* in the file */
    const char *words; /* for people */
} KINDS[N_KEY_KINDS] = {
        [KEY_ED25519] = {"ed25519",    "a signing key"            },
        [KEY_X25519] = {"x25519",     "an epoch or transport key"},
        [KEY_GENERATION] = {"generation", "a generation key"         },
};

/* A key file taken apart; the spans lie in its text. */
struct parts {
    struct span first_line; /* with its line end */
    struct span kind;
    struct span secret_hex;
    bool has_passphrase;
    struct key_cost cost;
    uint8_t salt[SALT_BYTES];
};

struct key_cost key_cost_default(void)
{
    return (struct key_cost){.passes = crypto_pwhash_OPSLIMIT_MODERATE,
            .kib = crypto_pwhash_MEMLIMIT_MODERATE / 1024};
}

static bool cost_in_bounds(struct key_cost cost)
{
    return cost.passes >= 1 && cost.passes <= COST_PASSES_MAX &&
           cost.kib >= COST_KIB_MIN && cost.kib <= COST_KIB_MAX;
}

/* The key that a passphrase stands for. */
static bool stretch(const char *passphrase, const uint8_t salt[SALT_BYTES],
        struct key_cost cost, struct key32 *key, struct err *err)
{
    if (crypto_pwhash(key->b, sizeof key->b, passphrase, strlen(passphrase), salt,
                cost.passes, (size_t)cost.kib * 1024,
                crypto_pwhash_ALG_ARGON2ID13) != 0)
        return err_set(err, ERR_NOMEM,
                "the passphrase needs %ju MiB of memory to check",
                (uintmax_t)(cost.kib / 1024));
    return true;
}

/* The two lines of a file under a passphrase. */
static bool put_sealed(char text[KEY_FILE_MAX], enum key_kind kind,
        const struct key32 *secret, const char *passphrase, struct key_cost cost,
        struct err *err)
{
    if (strlen(passphrase) < KEYS_PASSPHRASE_MIN)
        return err_set(err, ERR_PASSPHRASE,
                "the passphrase has fewer than %d characters", KEYS_PASSPHRASE_MIN);
    if (!cost_in_bounds(cost))
        return err_set(err, ERR_PASSPHRASE,
                "this cost of a passphrase is out of bounds");

    uint8_t salt[SALT_BYTES];
    char salt_hex[SALT_HEX_BYTES];
    randombytes_buf(salt, sizeof salt);
    sodium_bin2hex(salt_hex, sizeof salt_hex, salt, sizeof salt);
    snprintf(text, KEY_FILE_MAX, "%s %s %s %s %ju %ju %s\n", MAGIC, VERSION,
            KINDS[kind].name, ARGON2ID, (uintmax_t)cost.passes, (uintmax_t)cost.kib,
            salt_hex);
    struct span first_line = span_text(text);

    struct key32 key;
    if (!stretch(passphrase, salt, cost, &key, err))
        return false;
    uint8_t sealed[SEALED_BYTES];
    randombytes_buf(sealed, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE_BYTES, NULL, secret->b,
            sizeof secret->b, first_line.at, first_line.len, NULL, sealed, key.b);
    sodium_memzero(&key, sizeof key);
    char hex[SEALED_HEX_BYTES];
    sodium_bin2hex(hex, sizeof hex, sealed, sizeof sealed);
    snprintf(text + first_line.len, KEY_FILE_MAX - first_line.len, "%s\n", hex);
    return true;
}

static void put_plain(char text[KEY_FILE_MAX], enum key_kind kind,
        const struct key32 *secret)
{
    char hex[2 * SECRET_BYTES + 1];
    sodium_bin2hex(hex, sizeof hex, secret->b, sizeof secret->b);
    snprintf(text, KEY_FILE_MAX, "%s %s %s\n%s\n", MAGIC, VERSION, KINDS[kind].name,
            hex);
    sodium_memzero(hex, sizeof hex);
}

bool key_file_save(const char *path, enum key_kind kind, const struct key32 *secret,
        const char *passphrase, struct key_cost cost, struct err *err)
{
    char *text = key_memory(KEY_FILE_MAX, err);
    if (text == NULL)
        return false;

    bool ok = true;
    if (passphrase == NULL)
        put_plain(text, kind, secret);
    else
        ok = put_sealed(text, kind, secret, passphrase, cost, err);
    ok = ok && keys_write_file(path, span_text(text), err);
    sodium_free(text);
    return ok;
}

/* The next word of a line: up to a space or the end. */
static struct span next_word(struct span *line)
{
    struct span word = {line->at, 0};
    while (word.len < line->len && word.at[word.len] != ' ')
        word.len++;
    size_t step = word.len < line->len ? word.len + 1 : word.len;
    line->at += step;
    line->len -= step;
    return word;
}

static bool word_is(struct span word, const char *text)
{
    return span_equal(word, span_text(text));
}

/* A number of one to eight digits. */
static bool get_number(struct span word, uint64_t *number)
{
    if (word.len == 0 || word.len > 8)
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < word.len; i++) {
        if (word.at[i] < '0' || word.at[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(word.at[i] - '0');
    }
    *number = value;
    return true;
}

static bool get_hex(struct span hex, uint8_t *out, size_t len)
{
    size_t got = 0;
    return hex.len == 2 * len &&
           sodium_hex2bin(out, len, (const char *)hex.at, hex.len, NULL, &got, NULL) ==
                   0 &&
           got == len;
}

/* One line without its line end; false when there is none. */
static bool next_line(struct span *rest, struct span *line)
{
    const uint8_t *end = rest->len == 0 ? NULL : memchr(rest->at, '\n', rest->len);
    if (end == NULL)
        return false;
    *line = (struct span){rest->at, (size_t)(end - rest->at)};
    rest->at += line->len + 1;
    rest->len -= line->len + 1;
    return true;
}

static bool get_parts(struct span text, const char *path, struct parts *parts,
        struct err *err)
{
    struct span line;
    struct parts out = {.first_line = text};
    if (!next_line(&text, &line) || !word_is(next_word(&line), MAGIC))
        return err_set(err, ERR_KEY_FILE, "%s is not a key file of buurtbus", path);
    if (!word_is(next_word(&line), VERSION))
        return err_set(err, ERR_KEY_FILE,
                "%s was written by another version of buurtbus", path);
    out.first_line.len = (size_t)(text.at - out.first_line.at);
    out.kind = next_word(&line);
    out.has_passphrase = line.len > 0;

    bool ok = !out.has_passphrase ||
              (word_is(next_word(&line), ARGON2ID) &&
                      get_number(next_word(&line), &out.cost.passes) &&
                      get_number(next_word(&line), &out.cost.kib) &&
                      cost_in_bounds(out.cost) &&
                      get_hex(next_word(&line), out.salt, sizeof out.salt) &&
                      line.len == 0);
    ok = ok && next_line(&text, &out.secret_hex) && text.len == 0;
    if (!ok)
        return err_set(err, ERR_KEY_FILE, "the key file %s is damaged", path);
    *parts = out;
    return true;
}

/* Is it the kind that is needed? Else say which one it is. */
static bool check_kind(const struct parts *parts, const char *path, enum key_kind kind,
        struct err *err)
{
    if (word_is(parts->kind, KINDS[kind].name))
        return true;
    for (size_t i = 0; i < N_KEY_KINDS; i++)
        if (word_is(parts->kind, KINDS[i].name))
            return err_set(err, ERR_KEY_FILE,
                    "%s holds %s (%s); %s (%s) is needed here", path, KINDS[i].words,
                    KINDS[i].name, KINDS[kind].words, KINDS[kind].name);
    return err_set(err, ERR_KEY_FILE, "%s holds a kind of key that we do not know",
            path);
}

static bool open_sealed(const struct parts *parts, const char *path,
        const char *passphrase, struct key32 *secret, struct err *err)
{
    uint8_t sealed[SEALED_BYTES];
    if (!get_hex(parts->secret_hex, sealed, sizeof sealed))
        return err_set(err, ERR_KEY_FILE, "the key file %s is damaged", path);
    struct key32 key;
    if (!stretch(passphrase, parts->salt, parts->cost, &key, err))
        return false;
    bool ok = crypto_aead_xchacha20poly1305_ietf_decrypt(secret->b, NULL, NULL,
                      sealed + NONCE_BYTES, sizeof sealed - NONCE_BYTES,
                      parts->first_line.at, parts->first_line.len, sealed, key.b) == 0;
    sodium_memzero(&key, sizeof key);
    if (!ok)
        return err_set(err, ERR_PASSPHRASE,
                "the passphrase does not open %s, or the file was changed", path);
    return true;
}

static bool get_secret(const struct parts *parts, const char *path,
        const char *passphrase, struct key32 *secret, struct err *err)
{
    if (parts->has_passphrase && passphrase == NULL)
        return err_set(err, ERR_PASSPHRASE, "%s is under a passphrase; none was given",
                path);
    /* Whoever gives a passphrase believes that the file is protected: say that it is
     * not. */
    if (!parts->has_passphrase && passphrase != NULL)
        return err_set(err, ERR_PASSPHRASE,
                "%s is not under a passphrase, although one was given", path);
    if (parts->has_passphrase)
        return open_sealed(parts, path, passphrase, secret, err);
    if (!get_hex(parts->secret_hex, secret->b, sizeof secret->b))
        return err_set(err, ERR_KEY_FILE, "the key file %s is damaged", path);
    return true;
}

bool key_file_load(const char *path, enum key_kind kind, const char *passphrase,
        struct key32 *secret, struct err *err)
{
    uint8_t *text = key_memory(KEY_FILE_MAX, err);
    if (text == NULL)
        return false;

    size_t len = 0;
    struct parts parts;
    struct key32 out = {{0}};
    bool ok = keys_read_file(path, text, KEY_FILE_MAX, &len, err) &&
              get_parts((struct span){text, len}, path, &parts, err) &&
              check_kind(&parts, path, kind, err) &&
              get_secret(&parts, path, passphrase, &out, err);
    if (ok)
        *secret = out;
    sodium_memzero(&out, sizeof out);
    sodium_free(text);
    return ok;
}

bool keys_needs_passphrase(const char *path, bool *needs, struct err *err)
{
    uint8_t *text = key_memory(KEY_FILE_MAX, err);
    if (text == NULL)
        return false;

    size_t len = 0;
    struct parts parts;
    bool ok = keys_read_file(path, text, KEY_FILE_MAX, &len, err) &&
              get_parts((struct span){text, len}, path, &parts, err);
    if (ok)
        *needs = parts.has_passphrase;
    sodium_free(text);
    return ok;
}
