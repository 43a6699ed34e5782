/* server_tls.c - what is wrong with a certificate or its key, before others find out.
 */
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>

#include "adapters/http/server_inner.h"
#include "core/time.h"

enum { KEY_ID_BYTES = 32 };

struct pair {
    gnutls_x509_crt_t *chain; /* the first is ours */
    unsigned n_chain;
    gnutls_x509_privkey_t key;
};

static gnutls_datum_t text_of(const char *pem)
{
    return (gnutls_datum_t){(unsigned char *)(uintptr_t)pem, (unsigned)strlen(pem)};
}

static bool read_pair(const struct http_conf *conf, const struct server *server,
        struct pair *pair, struct err *err)
{
    gnutls_datum_t certificate = text_of(server->certificate);
    gnutls_datum_t key = text_of(server->key);
    if (gnutls_x509_crt_list_import2(&pair->chain, &pair->n_chain, &certificate,
                GNUTLS_X509_FMT_PEM, 0) < 0 ||
            pair->n_chain == 0)
        return err_set(err, ERR_KEY_FILE, "%s holds no certificate (PEM)",
                conf->tls_certificate);
    if (gnutls_x509_privkey_init(&pair->key) < 0 ||
            gnutls_x509_privkey_import2(pair->key, &key, GNUTLS_X509_FMT_PEM, NULL, 0) <
                    0)
        return err_set(err, ERR_KEY_FILE,
                "%s holds no private key without a passphrase (PEM)", conf->tls_key);
    return true;
}

static bool belong_together(const struct pair *pair)
{
    unsigned char theirs[KEY_ID_BYTES], ours[KEY_ID_BYTES];
    size_t n_theirs = sizeof theirs, n_ours = sizeof ours;
    return gnutls_x509_crt_get_key_id(pair->chain[0], GNUTLS_KEYID_USE_SHA256, theirs,
                   &n_theirs) == 0 &&
           gnutls_x509_privkey_get_key_id(pair->key, GNUTLS_KEYID_USE_SHA256, ours,
                   &n_ours) == 0 &&
           n_ours == n_theirs && memcmp(ours, theirs, n_ours) == 0;
}

static bool check_pair(const struct http_conf *conf, const struct pair *pair,
        int64_t now_ms, struct err *err)
{
    int64_t from_ms = (int64_t)gnutls_x509_crt_get_activation_time(pair->chain[0]) *
                      TIME_SECOND_MS;
    int64_t until_ms = (int64_t)gnutls_x509_crt_get_expiration_time(pair->chain[0]) *
                       TIME_SECOND_MS;
    char text[TIME_TEXT_BYTES];
    if (!belong_together(pair))
        return err_set(err, ERR_KEY_FILE, "the key in %s is not that of %s",
                conf->tls_key, conf->tls_certificate);
    time_local_text(now_ms < from_ms ? from_ms : until_ms, text);
    if (now_ms < from_ms)
        return err_set(err, ERR_KEY_FILE, "the certificate in %s holds only from %s on",
                conf->tls_certificate, text);
    if (now_ms >= until_ms)
        return err_set(err, ERR_KEY_FILE,
                "the certificate in %s ended on %s: renew it and start again",
                conf->tls_certificate, text);
    return true;
}

bool server_tls_check(const struct http_conf *conf, const struct server *server,
        struct err *err)
{
    struct pair pair = {0};
    bool ok = read_pair(conf, server, &pair, err) &&
              check_pair(conf, &pair, server->now_ms, err);
    for (unsigned i = 0; i < pair.n_chain; i++)
        gnutls_x509_crt_deinit(pair.chain[i]);
    gnutls_free(pair.chain);
    gnutls_x509_privkey_deinit(pair.key);
    return ok;
}
