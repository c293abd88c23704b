BEGIN TRANSACTION;
CREATE TABLE call (
  key TEXT PRIMARY KEY, mark INTEGER NOT NULL, live INTEGER NOT NULL, document TEXT NOT NULL,
  joined TEXT NOT NULL DEFAULT '', number_joined TEXT NOT NULL DEFAULT '', outcome_joined TEXT
);
INSERT INTO "call" VALUES('CA1',1,1,'{"number":"+447700900001","stage":"on_air","moments":[{"stage":"waiting","at":1.5},{"stage":"on_air","at":2.5}],"move":3,"moves":4,"queue":"radio-callin-air","queued_at":1.5,"claimed_by":"air","claimed_at":2.0,"desk_leg":"CAdj","desk_turn":4,"bridged":true,"intent":"hold","returned":true,"placed_at":1.0,"is_ready":"yes","known":{"calls":3,"aired_30_days":1,"last_aired_at":9.5,"standing":"vip","name":"Anna","place":"Leeds"},"noticed_at":2.25,"outcome":null,"cleared":true,"ready_at":2.0,"screener":"screen-ann","screener_leg":"CAsc","screener_turn":2,"verdict":"ready","adrift":true}','0000000001.500000|CA1','+447700900001|0000000001.500000|CA1',NULL);
INSERT INTO "call" VALUES('CA2',2,0,'{"number":"client:listener_a1_1700000000","stage":"done","moments":[{"stage":"waiting","at":3.0},{"stage":"done","at":4.0}],"move":1,"moves":1,"queue":"radio-callin-queue","queued_at":0.0,"claimed_by":"","claimed_at":0.0,"desk_leg":"","desk_turn":0,"bridged":false,"intent":null,"returned":false,"placed_at":0.0,"is_ready":null,"known":null,"noticed_at":0.0,"outcome":"hung_up","cleared":false,"ready_at":0.0,"screener":"","screener_leg":"","screener_turn":0,"verdict":null,"adrift":false}','0000000003.000000|CA2','client:listener_a1_1700000000|0000000003.000000|CA2','hung_up|0000000003.000000|CA2');
CREATE TABLE card (key TEXT PRIMARY KEY, mark INTEGER NOT NULL, document TEXT NOT NULL);
INSERT INTO "card" VALUES('CA1',5,'{"name":{"text":"Anna","revision":2,"by":"ann","at":5.0},"place":{"text":"","revision":0,"by":"","at":0.0},"topic":{"text":"The \"bridge\" | \u00e9","revision":1,"by":"ann","at":6.0},"note":{"text":"","revision":0,"by":"","at":0.0},"quality":{"text":"","revision":0,"by":"","at":0.0}}');
CREATE TABLE desk (key TEXT PRIMARY KEY, mark INTEGER NOT NULL, document TEXT NOT NULL);
INSERT INTO "desk" VALUES('air',3,'{"turn":4,"began_at":2.5,"document":"take","told":"CAdj","leg":"CAdj","leg_by":"client:dj_ann","rival":"CAr","rival_by":"+447700900999","on_air":"CA1","claimed":"CA3","claimed_at":2.75,"automatic":false,"idle":true,"press":{"kind":"take","turn":4,"by":"dj_ann","at":2.6,"seen":"CA1","failed":true},"last_press":{"kind":"next","turn":3,"by":"dj_ann","at":2.0,"seen":"","failed":false},"asked":"token","displaced":"CA4","woken_turn":3,"let_go":"CA5","ousted":"CAo","ousted_at":0.5,"dials":"radio-callin-ready","gone":["CAold"]}');
INSERT INTO "desk" VALUES('show',4,'{"opening":"last_calls","opening_since":9.0,"most_callers":7,"ready_check":true,"screened":true,"whisper":true,"screened_at":8.0,"browser_calls":false}');
CREATE TABLE lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until REAL NOT NULL);
CREATE TABLE mark (value INTEGER NOT NULL);
INSERT INTO "mark" VALUES(6);
CREATE TABLE message (number INTEGER PRIMARY KEY, mark INTEGER NOT NULL, document TEXT NOT NULL);
INSERT INTO "message" VALUES(7,6,'{"number":7,"at":5.0,"name":"Sam","text":"Two minutes left"}');
CREATE TABLE record (kind TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (kind, key));
INSERT INTO "record" VALUES('djphone','+447700900999','{"wrong":[],"locked_at":0.0,"let_in":[]}');
CREATE INDEX call_by_mark ON call (mark);
CREATE INDEX call_live ON call (live) WHERE live = 1;
CREATE INDEX call_joined ON call (joined);
CREATE INDEX call_number_joined ON call (number_joined);
CREATE INDEX call_outcome_joined ON call (outcome_joined) WHERE outcome_joined IS NOT NULL;
CREATE INDEX desk_by_mark ON desk (mark);
CREATE INDEX card_by_mark ON card (mark);
CREATE INDEX message_by_mark ON message (mark);
PRAGMA user_version = 5;
COMMIT;
