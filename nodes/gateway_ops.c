/* gateway_ops.c - what may be asked of a node, who may ask it, and who answers. */
#include <stddef.h>

#include "nodes/gateway.h"

#define SCOPE(name) (UINT64_C(1) << SCOPE_##name)
#define READ_CASES  (SCOPE(REFERRAL_READ) | SCOPE(SIGNAL_READ))
#define ANY_SCOPE   ((uint64_t)GATEWAY_ALL_SCOPES)
#define OP(name)    #name, offsetof(struct request, name)

static const struct gateway_op OPS[] = {
        {OP(consent_give),     SCOPE(CONSENT_WRITE),                          true,  true,  gateway_consent_give },
        {OP(consent_withdraw), SCOPE(CONSENT_WRITE),                          true,  true,
         gateway_consent_withdraw                                                                                },
        {OP(consent_reach),    SCOPE(CONSENT_WRITE),                          false, false, gateway_consent_reach},
        {OP(consent_show),     SCOPE(CONSENT_WRITE),                          false, false, gateway_consent_show },
        {OP(consent_list),     SCOPE(CONSENT_WRITE),                          false, false, gateway_consent_list },
        {OP(consent_renew),    SCOPE(CONSENT_WRITE),                          true,  true,  gateway_consent_renew},
        {OP(consent_receipt),  SCOPE(CONSENT_WRITE),                          false, false,
         gateway_consent_receipt                                                                                 },
        {OP(partnership),      SCOPE(ADMIN),                                  true,  true,  gateway_partnership  },
        {OP(partnerships),     SCOPE(DIRECTORY_READ),                         false, true,  gateway_partnerships },
        {OP(flows),            SCOPE(DIRECTORY_READ),                         false, true,  gateway_flows        },
        {OP(refer),            SCOPE(REFERRAL_SEND),                          true,  true,  gateway_refer        },
        {OP(forward),          SCOPE(REFERRAL_DECIDE) | SCOPE(REFERRAL_SEND), true,  true,
         gateway_forward                                                                                         },
        {OP(signal),           SCOPE(SIGNAL_SEND),                            true,  true,  gateway_signal       },
        {OP(triage),           SCOPE(REFERRAL_DECIDE),                        true,  true,  gateway_triage       },
        {OP(attempt),          SCOPE(REFERRAL_DECIDE),                        true,  true,  gateway_attempt      },
        {OP(link),             SCOPE(REFERRAL_DECIDE),                        true,  true,  gateway_link         },
        {OP(convert),          SCOPE(REFERRAL_SEND),                          true,  true,  gateway_convert      },
        {OP(signal_end),       SCOPE(REFERRAL_DECIDE),                        true,  true,  gateway_signal_end   },
        {OP(inbox),            READ_CASES,                                    false, false, gateway_inbox        },
        {OP(show),             READ_CASES,                                    false, false, gateway_show         },
        {OP(act),              SCOPE(REFERRAL_DECIDE) | SCOPE(REFERRAL_SEND), true,  true,
         gateway_act                                                                                             },
        {OP(trace),            READ_CASES | SCOPE(REPORT_READ),               false, false, gateway_trace        },
        {OP(directory),        SCOPE(DIRECTORY_READ),                         false, false, gateway_directory    },
        {OP(intake),           SCOPE(ADMIN),                                  true,  true,  gateway_intake       },
        {OP(service),          SCOPE(ADMIN),                                  true,  true,  gateway_service      },
        {OP(capacity),         SCOPE(ADMIN),                                  true,  true,  gateway_capacity     },
        {OP(absence),          SCOPE(ADMIN),                                  true,  true,  gateway_absence      },
        {OP(mandate),          SCOPE(ADMIN),                                  true,  true,  gateway_mandate      },
        {OP(supply),           SCOPE(DIRECTORY_READ),                         false, true,  gateway_supply       },
        {OP(substitute),       READ_CASES | SCOPE(REFERRAL_DECIDE),           true,  true,
         gateway_substitute                                                                                      },
        {OP(find),             SCOPE(DIRECTORY_READ) | SCOPE(REFERRAL_SEND),  false, true,
         gateway_find                                                                                            },
        {OP(areas),            SCOPE(DIRECTORY_READ),                         false, false, gateway_areas        },
        {OP(status),           ANY_SCOPE,                                     false, false, gateway_status       },
        {OP(doctor),           SCOPE(ADMIN),                                  false, false, gateway_doctor       },
        {OP(backup),           SCOPE(ADMIN),                                  false, false, gateway_backup       },
        {OP(load_bundle),      SCOPE(ADMIN),                                  false, false, gateway_load_bundle  },
        {OP(suspend),          SCOPE(ADMIN),                                  false, false, gateway_of_broker    },
        {OP(gaps),             SCOPE(REPORT_READ),                            false, false, gateway_of_broker    },
        {OP(token_change),     SCOPE(ADMIN),                                  false, false, gateway_token        },
        {OP(tokens),           SCOPE(ADMIN),                                  false, false, gateway_tokens       },
        {OP(leave),            SCOPE(ADMIN),                                  true,  true,  gateway_leave        },
        {OP(consent_explain),  READ_CASES | SCOPE(CONSENT_WRITE),             false, false,
         gateway_consent_explain                                                                                 },
        {OP(consent_check),    SCOPE(CONSENT_WRITE) | SCOPE(REFERRAL_SEND),   false, true,
         gateway_consent_check                                                                                   },
        {OP(retention),        SCOPE(REPORT_READ) | SCOPE(ADMIN),             false, false,
         gateway_retention                                                                                       },
        {OP(rights_ask),       SCOPE(CONSENT_WRITE),                          true,  true,  gateway_rights_ask   },
        {OP(rights_answer),    SCOPE(CONSENT_WRITE),                          true,  true,  gateway_rights_answer},
        {OP(rights_list),      SCOPE(CONSENT_WRITE) | SCOPE(REPORT_READ),     false, false,
         gateway_rights_list                                                                                     },
        {OP(erase_settle),     SCOPE(CONSENT_WRITE),                          true,  true,  gateway_erase_settle },
        {OP(openings),         READ_CASES | SCOPE(REPORT_READ),               false, false, gateway_openings     },
        {OP(audit_verify),     SCOPE(REPORT_READ) | SCOPE(ADMIN),             false, true,
         gateway_audit_verify                                                                                    },
        {OP(audit_show),       READ_CASES | SCOPE(REPORT_READ),               false, true,
         gateway_audit_show                                                                                      },
        {OP(audit_seen),       SCOPE(ADMIN),                                  false, true,  gateway_audit_seen   },
        {OP(escalations),      SCOPE(REFERRAL_READ),                          false, true,  gateway_escalations  },
        {OP(assign),           SCOPE(REFERRAL_DECIDE),                        true,  true,  gateway_assign       },
        {OP(hand_on),          SCOPE(REFERRAL_DECIDE),                        true,  true,  gateway_hand_on      },
        {OP(visit),            SCOPE(REFERRAL_DECIDE) | SCOPE(REFERRAL_SEND), true,  true,
         gateway_visit                                                                                           },
        {OP(visits),           READ_CASES,                                    false, false, gateway_visits       },
        {OP(subscription),     SCOPE(ADMIN),                                  true,  true,  gateway_subscription },
        {OP(subscriptions),    SCOPE(DIRECTORY_READ),                         false, true,  gateway_subscriptions},
        {OP(share),            SCOPE(SIGNAL_SEND),                            true,  true,  gateway_share        },
        {OP(report),           SCOPE(REPORT_READ) | SCOPE(DIRECTORY_READ),    false, true,
         gateway_report                                                                                          },
        {OP(events),           READ_CASES,                                    false, false, gateway_events       },
        {OP(token_show),       ANY_SCOPE,                                     false, false, gateway_token_show   },
        {OP(health),           GATEWAY_NO_TOKEN,                              false, false, gateway_health       },
        {OP(follow),           GATEWAY_NO_TOKEN,                              false, false, gateway_follow       },
        {OP(evidence),         READ_CASES | SCOPE(REPORT_READ),               false, true,  gateway_evidence     },
        {OP(ask_post),         SCOPE(REFERRAL_SEND),                          true,  true,  gateway_ask_post     },
        {OP(ask_claim),        SCOPE(REFERRAL_DECIDE),                        true,  true,  gateway_ask_claim    },
        {OP(ask_end),          SCOPE(REFERRAL_SEND),                          true,  true,  gateway_ask_end      },
        {OP(campaign),         SCOPE(ADMIN),                                  true,  true,  gateway_campaign     },
        {OP(barrier),          SCOPE(SIGNAL_SEND) | SCOPE(ADMIN),             true,  true,  gateway_barrier      },
        {OP(advice),           SCOPE(ADMIN),                                  true,  true,  gateway_advice       },
        {OP(advice_answer),    SCOPE(ADMIN),                                  true,  true,  gateway_advice_answer},
        {OP(neighbours),       SCOPE(DIRECTORY_READ),                         false, true,  gateway_neighbours   },
        {OP(volunteers),       SCOPE(ADMIN),                                  true,  true,  gateway_volunteers   },
        {OP(load),             SCOPE(REPORT_READ),                            false, true,  gateway_load         },
};

const struct gateway_op *gateway_find_op(const struct request *request)
{
    for (size_t i = 0; i < COUNT_OF(OPS); i++) {
        const void *op;
        memcpy(&op, (const char *)request + OPS[i].at, sizeof op);
        if (op != NULL)
            return &OPS[i];
    }
    return NULL;
}

bool gateway_of_broker(struct node *node, struct gateway_call *call, struct err *err)
{
    (void)node;
    (void)err;
    const char *field = call->request->gaps != NULL ? "gaps" : "suspend";
    return gateway_wrong(call, E_NOT_FOUND, field, WORDS_NOT_HERE);
}
