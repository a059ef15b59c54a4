-- made by optuna_study.py with Optuna 5.0.0
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('v3.2.0.a');
CREATE TABLE studies (
	study_id INTEGER NOT NULL, 
	study_name VARCHAR(512) NOT NULL, 
	PRIMARY KEY (study_id)
);
INSERT INTO "studies" VALUES(1,'conditional');
INSERT INTO "studies" VALUES(2,'two');
CREATE TABLE study_directions (
	study_direction_id INTEGER NOT NULL, 
	direction VARCHAR(8) NOT NULL, 
	study_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	PRIMARY KEY (study_direction_id), 
	UNIQUE (study_id, objective), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_directions" VALUES(1,'MAXIMIZE',1,0);
INSERT INTO "study_directions" VALUES(2,'MAXIMIZE',2,0);
INSERT INTO "study_directions" VALUES(3,'MINIMIZE',2,1);
CREATE TABLE study_system_attributes (
	study_system_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_system_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_system_attributes" VALUES(1,2,'study:metric_names','["accuracy", "parameters"]');
CREATE TABLE study_user_attributes (
	study_user_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_user_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
CREATE TABLE trial_heartbeats (
	trial_heartbeat_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	heartbeat DATETIME NOT NULL, 
	PRIMARY KEY (trial_heartbeat_id), 
	UNIQUE (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_intermediate_values (
	trial_intermediate_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	intermediate_value FLOAT, 
	intermediate_value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_intermediate_value_id), 
	UNIQUE (trial_id, step), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_intermediate_values" VALUES(1,1,0,2.0,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(2,1,1,2.1,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(3,1,2,2.2,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(4,1,3,2.3,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(5,2,0,2.0,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(6,2,1,2.1,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(7,2,2,2.2,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(8,2,3,2.3,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(9,3,0,3.0,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(10,3,1,3.1,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(11,3,2,3.2,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(12,3,3,3.3,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(13,5,0,3.0,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(14,5,1,3.1,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(15,5,2,3.2,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(16,5,3,3.3,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(17,6,0,2.0,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(18,6,1,2.1,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(19,7,0,1.0,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(20,7,1,1.1,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(21,7,2,1.2,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(22,7,3,1.3,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(23,8,0,1.0,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(24,8,1,1.1,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(25,8,2,1.2,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(26,8,3,1.3,'FINITE');
CREATE TABLE trial_params (
	param_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	param_name VARCHAR(512), 
	param_value FLOAT, 
	distribution_json TEXT, 
	PRIMARY KEY (param_id), 
	UNIQUE (trial_id, param_name), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_params" VALUES(1,1,'n_hidden',2.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 3}}');
INSERT INTO "trial_params" VALUES(2,1,'learning_rate',1.44868338872393507404e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(3,1,'batch',16.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 16, "low": 16, "high": 64}}');
INSERT INTO "trial_params" VALUES(4,1,'optimizer',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam", null]}}');
INSERT INTO "trial_params" VALUES(5,1,'momentum',9.31301056888354517049e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.5, "log": false}}');
INSERT INTO "trial_params" VALUES(6,2,'n_hidden',2.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 3}}');
INSERT INTO "trial_params" VALUES(7,2,'learning_rate',1.54989551913771428891e-03,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(8,2,'batch',48.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 16, "low": 16, "high": 64}}');
INSERT INTO "trial_params" VALUES(9,2,'optimizer',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam", null]}}');
INSERT INTO "trial_params" VALUES(10,3,'n_hidden',3.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 3}}');
INSERT INTO "trial_params" VALUES(11,3,'learning_rate',1.20826662533054661648e-04,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(12,3,'batch',48.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 16, "low": 16, "high": 64}}');
INSERT INTO "trial_params" VALUES(13,3,'optimizer',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam", null]}}');
INSERT INTO "trial_params" VALUES(14,4,'n_hidden',1.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 3}}');
INSERT INTO "trial_params" VALUES(15,4,'learning_rate',2.52483909361710147367e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(16,4,'batch',64.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 16, "low": 16, "high": 64}}');
INSERT INTO "trial_params" VALUES(17,4,'optimizer',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam", null]}}');
INSERT INTO "trial_params" VALUES(18,5,'n_hidden',3.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 3}}');
INSERT INTO "trial_params" VALUES(19,5,'learning_rate',1.79942037658498843336e-04,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(20,5,'batch',16.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 16, "low": 16, "high": 64}}');
INSERT INTO "trial_params" VALUES(21,5,'optimizer',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam", null]}}');
INSERT INTO "trial_params" VALUES(22,6,'n_hidden',2.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 3}}');
INSERT INTO "trial_params" VALUES(23,6,'learning_rate',7.47598791129864825855e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(24,6,'batch',48.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 16, "low": 16, "high": 64}}');
INSERT INTO "trial_params" VALUES(25,6,'optimizer',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam", null]}}');
INSERT INTO "trial_params" VALUES(26,6,'momentum',6.25969253923029711472e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.75, "log": false}}');
INSERT INTO "trial_params" VALUES(27,7,'n_hidden',1.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 3}}');
INSERT INTO "trial_params" VALUES(28,7,'learning_rate',1.78005304704649813807e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(29,7,'batch',64.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 16, "low": 16, "high": 64}}');
INSERT INTO "trial_params" VALUES(30,7,'optimizer',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam", null]}}');
INSERT INTO "trial_params" VALUES(31,8,'n_hidden',1.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 3}}');
INSERT INTO "trial_params" VALUES(32,8,'learning_rate',2.20638135337888679696e-03,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(33,8,'batch',64.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 16, "low": 16, "high": 64}}');
INSERT INTO "trial_params" VALUES(34,8,'optimizer',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam", null]}}');
INSERT INTO "trial_params" VALUES(35,8,'momentum',1.45252184027228059548e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 0.75, "log": false}}');
INSERT INTO "trial_params" VALUES(36,12,'x',4.35994902142003759593e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}');
INSERT INTO "trial_params" VALUES(37,13,'x',2.59262318278913328484e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}');
INSERT INTO "trial_params" VALUES(38,14,'x',5.49662477878709143652e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}');
INSERT INTO "trial_params" VALUES(39,15,'x',4.35322392618276876596e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}');
INSERT INTO "trial_params" VALUES(40,16,'x',4.2036780208748902865e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}');
INSERT INTO "trial_params" VALUES(41,17,'x',3.30334821003874123945e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}');
CREATE TABLE trial_system_attributes (
	trial_system_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_system_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_system_attributes" VALUES(1,10,'fixed_params','{"n_hidden": 2}');
INSERT INTO "trial_system_attributes" VALUES(2,11,'fixed_params','{"n_hidden": 1}');
CREATE TABLE trial_user_attributes (
	trial_user_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_user_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_values (
	trial_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	value FLOAT, 
	value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_value_id), 
	UNIQUE (trial_id, objective), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_values" VALUES(1,1,0,2.01448683388723948084e+00,'FINITE');
INSERT INTO "trial_values" VALUES(2,2,0,2.00154989551913775613e+00,'FINITE');
INSERT INTO "trial_values" VALUES(3,3,0,3.00012082666253299123e+00,'FINITE');
INSERT INTO "trial_values" VALUES(4,5,0,3.00017994203765869798e+00,'FINITE');
INSERT INTO "trial_values" VALUES(5,6,0,2.1,'FINITE');
INSERT INTO "trial_values" VALUES(6,7,0,1.01780053047046492586e+00,'FINITE');
INSERT INTO "trial_values" VALUES(7,8,0,1.00220638135337880569e+00,'FINITE');
INSERT INTO "trial_values" VALUES(8,10,0,NULL,'INF_POS');
INSERT INTO "trial_values" VALUES(9,12,0,4.35994902142003759593e-01,'FINITE');
INSERT INTO "trial_values" VALUES(10,12,1,1.0,'FINITE');
INSERT INTO "trial_values" VALUES(11,13,0,2.59262318278913328484e-02,'FINITE');
INSERT INTO "trial_values" VALUES(12,13,1,2.0,'FINITE');
INSERT INTO "trial_values" VALUES(13,14,0,5.49662477878709143652e-01,'FINITE');
INSERT INTO "trial_values" VALUES(14,14,1,3.0,'FINITE');
INSERT INTO "trial_values" VALUES(15,15,0,4.35322392618276876596e-01,'FINITE');
INSERT INTO "trial_values" VALUES(16,15,1,1.0,'FINITE');
INSERT INTO "trial_values" VALUES(17,16,0,4.2036780208748902865e-01,'FINITE');
INSERT INTO "trial_values" VALUES(18,16,1,2.0,'FINITE');
INSERT INTO "trial_values" VALUES(19,17,0,3.30334821003874123945e-01,'FINITE');
INSERT INTO "trial_values" VALUES(20,17,1,3.0,'FINITE');
CREATE TABLE trials (
	trial_id INTEGER NOT NULL, 
	number INTEGER, 
	study_id INTEGER, 
	state VARCHAR(8) NOT NULL, 
	datetime_start DATETIME, 
	datetime_complete DATETIME, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "trials" VALUES(1,0,1,'COMPLETE','2026-11-26 02:16:29.007110','2026-11-26 02:16:29.568862');
INSERT INTO "trials" VALUES(2,1,1,'COMPLETE','2026-11-26 02:16:29.674114','2026-11-26 02:16:30.126983');
INSERT INTO "trials" VALUES(3,2,1,'COMPLETE','2026-11-26 02:16:30.230452','2026-11-26 02:16:30.734710');
INSERT INTO "trials" VALUES(4,3,1,'FAIL','2026-11-26 02:16:30.841271','2026-11-26 02:16:31.086572');
INSERT INTO "trials" VALUES(5,4,1,'COMPLETE','2026-11-26 02:16:31.163460','2026-11-26 02:16:31.583537');
INSERT INTO "trials" VALUES(6,5,1,'PRUNED','2026-11-26 02:16:31.688377','2026-11-26 02:16:32.092777');
INSERT INTO "trials" VALUES(7,6,1,'COMPLETE','2026-11-26 02:16:32.182916','2026-11-26 02:16:32.623064');
INSERT INTO "trials" VALUES(8,7,1,'COMPLETE','2026-11-26 02:16:32.722217','2026-11-26 02:16:33.207006');
INSERT INTO "trials" VALUES(9,8,1,'RUNNING','2026-11-26 02:16:33.282830',NULL);
INSERT INTO "trials" VALUES(10,9,1,'COMPLETE','2026-11-26 02:16:33.434333','2026-11-26 02:16:33.515993');
INSERT INTO "trials" VALUES(11,10,1,'WAITING',NULL,NULL);
INSERT INTO "trials" VALUES(12,0,2,'COMPLETE','2026-11-26 02:16:33.729441','2026-11-26 02:16:33.839019');
INSERT INTO "trials" VALUES(13,1,2,'COMPLETE','2026-11-26 02:16:33.924540','2026-11-26 02:16:34.030666');
INSERT INTO "trials" VALUES(14,2,2,'COMPLETE','2026-11-26 02:16:34.101588','2026-11-26 02:16:34.241703');
INSERT INTO "trials" VALUES(15,3,2,'COMPLETE','2026-11-26 02:16:34.291511','2026-11-26 02:16:34.465312');
INSERT INTO "trials" VALUES(16,4,2,'COMPLETE','2026-11-26 02:16:34.552074','2026-11-26 02:16:34.699083');
INSERT INTO "trials" VALUES(17,5,2,'COMPLETE','2026-11-26 02:16:34.784827','2026-11-26 02:16:34.923608');
CREATE TABLE version_info (
	version_info_id INTEGER NOT NULL, 
	schema_version INTEGER, 
	library_version VARCHAR(256), 
	PRIMARY KEY (version_info_id), 
	CHECK (version_info_id=1)
);
INSERT INTO "version_info" VALUES(1,12,'5.0.0');
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE INDEX ix_trials_study_id ON trials (study_id);
COMMIT;
