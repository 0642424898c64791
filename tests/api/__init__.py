"""What every address of the API refuses, and how; addresses are found in the URLconf.

| bad input                                             | tried in                              |
|-------------------------------------------------------|---------------------------------------|
| no, invalid, revoked or expired key; key in a query   | test_keys                             |
| missing scope                                         | test_keys                             |
| a session's cookie                                    | test_keys                             |
| wrong method, media type or Accept                    | test_requests                         |
| malformed JSON and hostile characters                 | test_requests, lib/test_strict_json   |
| unknown and read-only fields, wrong types             | lib/test_shapes, test_requests        |
| ids of every spelling                                 | test_ids                              |
| unknown filters, bad dates, moments without a zone    | test_lists, surveys/api, dashboards   |
| limits, forged and foreign cursors                    | test_lists                            |
| Idempotency-Key too long, reused, concurrent          | test_idempotency                      |
| a stale If-Match                                      | test_etags                            |
| more than 1,000 items, one bad among a hundred        | contacts/api/test_bulk, journeys      |
| too many calls                                        | test_limits                           |
| a second DELETE                                       | test_ids                              |
"""
