//! Keys of KMS, through the door.

use crate::house::{Flags, House, Key};
use crate::request::Ask;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

fn kms(house: &House, operation: &str, input: &Value) -> Value {
    let response = house.ask(&Ask::new("kms", operation, &input.to_string()));
    let body = String::from_utf8(response.body.to_vec()).unwrap();
    assert_eq!(response.status.as_u16(), 200, "{operation}: {body}");
    serde_json::from_str(if body.is_empty() { "null" } else { &body }).unwrap()
}

/// The code and the message of a refusal.
fn refused(house: &House, operation: &str, input: &Value) -> String {
    refused_of(house, &house.admin.clone(), operation, input)
}

fn refused_of(house: &House, key: &Key, operation: &str, input: &Value) -> String {
    let ask = Ask::new("kms", operation, &input.to_string());
    let response = house.send(ask.signed(key, house.env.now()));
    assert_eq!(response.status.as_u16(), 400, "{operation} {input}");
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    format!("{}: {}", body["__type"].as_str().unwrap(), body["message"].as_str().unwrap())
}

/// A new key's ARN.
fn key(house: &House) -> String {
    let made = kms(house, "CreateKey", &json!({}));
    made["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
}

fn encrypted(house: &House, key: &str, text: &str, context: &Value) -> Value {
    let plaintext = STANDARD.encode(text);
    let input = json!({ "KeyId": key, "Plaintext": plaintext, "EncryptionContext": context });
    kms(house, "Encrypt", &input)["CiphertextBlob"].clone()
}

#[test]
fn what_is_encrypted_is_opened_with_the_same_context_by_every_name_of_the_key() {
    let house = House::new();
    let arn = key(&house);
    let id = arn.rsplit('/').next().unwrap();
    kms(&house, "CreateAlias", &json!({ "AliasName": "alias/pug", "TargetKeyId": id }));
    let alias_arn = "arn:aws:kms:us-east-1:123456789012:alias/pug";
    let purpose = json!({ "trail": "t" });
    for name in [id, &arn, "alias/pug", alias_arn] {
        let blob = encrypted(&house, name, "secret", &purpose);
        let input = json!({ "CiphertextBlob": blob, "EncryptionContext": purpose, "KeyId": name });
        let opened = kms(&house, "Decrypt", &input);
        assert_eq!(opened["Plaintext"], STANDARD.encode("secret"));
        assert_eq!(opened["KeyId"], arn.as_str());
        let unnamed = json!({ "CiphertextBlob": blob, "EncryptionContext": purpose });
        assert_eq!(kms(&house, "Decrypt", &unnamed), opened);
        let wrong = json!({ "CiphertextBlob": blob, "EncryptionContext": { "trail": "u" } });
        assert!(refused(&house, "Decrypt", &wrong).starts_with("InvalidCiphertextException"));
        let other = json!({ "CiphertextBlob": blob, "EncryptionContext": purpose,
            "KeyId": key(&house) });
        assert!(refused(&house, "Decrypt", &other).starts_with("IncorrectKeyException"));
    }
}

#[test]
fn data_keys_come_in_the_clear_and_encrypted_and_stay_out_of_records() {
    let house = House::new();
    let arn = key(&house);
    let input = json!({ "KeyId": arn, "KeySpec": "AES_256", "EncryptionContext": { "a": "b" } });
    let made = kms(&house, "GenerateDataKey", &input);
    let (clear, blob) = (made["Plaintext"].as_str().unwrap(), &made["CiphertextBlob"]);
    assert_eq!(STANDARD.decode(clear).unwrap().len(), 32);
    let open = json!({ "CiphertextBlob": blob, "EncryptionContext": { "a": "b" } });
    assert_eq!(kms(&house, "Decrypt", &open)["Plaintext"], clear);
    let sealed = kms(
        &house,
        "GenerateDataKeyWithoutPlaintext",
        &json!({ "KeyId": arn, "NumberOfBytes": 7 }),
    );
    assert_eq!(sealed["Plaintext"], Value::Null);
    let open = json!({ "CiphertextBlob": sealed["CiphertextBlob"] });
    let opened = kms(&house, "Decrypt", &open)["Plaintext"].clone();
    assert_eq!(STANDARD.decode(opened.as_str().unwrap()).unwrap().len(), 7);
    encrypted(&house, &arn, "secret", &json!({}));
    let records: Vec<Value> = house.records();
    for record in &records {
        let text = record.to_string();
        for secret in [clear, blob.as_str().unwrap(), opened.as_str().unwrap(), "c2VjcmV0"] {
            assert!(!text.contains(secret), "{text}");
        }
        if record["eventName"] != "CreateKey" {
            assert_eq!(record["readOnly"], true, "{text}");
        }
        assert_eq!(record["resources"][0]["ARN"], arn.as_str(), "{text}");
        assert_eq!(record["resources"][0]["type"], "AWS::KMS::Key");
    }
    assert_eq!(records.len(), 6);
}

#[test]
fn a_key_that_is_off_or_going_encrypts_nothing() {
    let house = House::new();
    let arn = key(&house);
    let blob = encrypted(&house, &arn, "secret", &json!({}));
    let named = json!({ "KeyId": arn });
    let open = json!({ "CiphertextBlob": blob });
    kms(&house, "DisableKey", &named);
    assert_eq!(refused(&house, "Decrypt", &open), format!("DisabledException: {arn} is disabled."));
    kms(&house, "EnableKey", &named);
    kms(&house, "Decrypt", &open);
    let going =
        kms(&house, "ScheduleKeyDeletion", &json!({ "KeyId": arn, "PendingWindowInDays": 7 }));
    assert_eq!(going["KeyState"], "PendingDeletion");
    assert_eq!(going["DeletionDate"], 1_790_000_000 + 7 * 86_400);
    for (operation, input) in [("Decrypt", &open), ("EnableKey", &named), ("DisableKey", &named)] {
        let why = format!("KMSInvalidStateException: {arn} is pending deletion.");
        assert_eq!(refused(&house, operation, input), why);
    }
    kms(&house, "CancelKeyDeletion", &named);
    let told = kms(&house, "DescribeKey", &named);
    assert_eq!(told["KeyMetadata"]["KeyState"], "Disabled");
    assert!(refused(&house, "CancelKeyDeletion", &named).contains("not pending deletion"));
}

#[test]
fn a_key_is_gone_when_its_waiting_time_is_over() {
    let house = House::new();
    let arn = key(&house);
    kms(&house, "CreateAlias", &json!({ "AliasName": "alias/pug", "TargetKeyId": arn }));
    kms(&house, "ScheduleKeyDeletion", &json!({ "KeyId": arn, "PendingWindowInDays": 7 }));
    assert_eq!(house.engine.expire().unwrap(), 0);
    house.env.advance(7 * 86_400_000);
    let named = json!({ "KeyId": arn });
    assert!(refused(&house, "DescribeKey", &named).starts_with("NotFoundException"));
    assert_eq!(house.engine.expire().unwrap(), 1);
    assert!(refused(&house, "DescribeKey", &named).starts_with("NotFoundException"));
    assert_eq!(kms(&house, "ListKeys", &json!({}))["Keys"], json!([]));
    assert_eq!(kms(&house, "ListAliases", &json!({}))["Aliases"], json!([]));
}

#[test]
fn aliases_turn_from_key_to_key() {
    let house = House::new();
    let (one, two) = (key(&house), key(&house));
    let aim = |key: &str| json!({ "AliasName": "alias/pug", "TargetKeyId": key });
    kms(&house, "CreateAlias", &aim(&one));
    assert!(refused(&house, "CreateAlias", &aim(&two)).starts_with("AlreadyExistsException"));
    let described = || kms(&house, "DescribeKey", &json!({ "KeyId": "alias/pug" }));
    assert_eq!(described()["KeyMetadata"]["Arn"], one.as_str());
    kms(&house, "UpdateAlias", &aim(&two));
    assert_eq!(described()["KeyMetadata"]["Arn"], two.as_str());
    let of = |key: &str| kms(&house, "ListAliases", &json!({ "KeyId": key }))["Aliases"].clone();
    assert_eq!(of(&one), json!([]));
    assert_eq!(of(&two)[0]["AliasName"], "alias/pug");
    assert!(refused(&house, "UpdateAlias", &aim("alias/pug")).contains("Not aliases"));
    kms(&house, "DeleteAlias", &json!({ "AliasName": "alias/pug" }));
    let gone = json!({ "AliasName": "alias/pug" });
    assert!(refused(&house, "DeleteAlias", &gone).starts_with("NotFoundException"));
}

#[test]
fn rotation_tags_description_and_pages() {
    let house = House::new();
    let (arn, _) = (key(&house), key(&house));
    let named = json!({ "KeyId": arn });
    let status = || kms(&house, "GetKeyRotationStatus", &named);
    assert_eq!(status()["KeyRotationEnabled"], false);
    kms(&house, "EnableKeyRotation", &json!({ "KeyId": arn, "RotationPeriodInDays": 90 }));
    assert_eq!(status()["RotationPeriodInDays"], 90);
    assert_eq!(status()["NextRotationDate"], 1_790_000_000 + 90 * 86_400);
    let old = encrypted(&house, &arn, "old", &json!({}));
    house.env.advance(100 * 86_400_000);
    let new = encrypted(&house, &arn, "old", &json!({}));
    kms(&house, "DisableKeyRotation", &named);
    for blob in [old, new] {
        kms(&house, "Decrypt", &json!({ "CiphertextBlob": blob }));
    }
    let tags = json!([{ "TagKey": "a", "TagValue": "1" }, { "TagKey": "b", "TagValue": "" }]);
    kms(&house, "TagResource", &json!({ "KeyId": arn, "Tags": tags }));
    assert_eq!(kms(&house, "ListResourceTags", &named)["Tags"], tags);
    kms(&house, "UntagResource", &json!({ "KeyId": arn, "TagKeys": ["a", "none"] }));
    assert_eq!(kms(&house, "ListResourceTags", &named)["Tags"].as_array().unwrap().len(), 1);
    kms(&house, "UpdateKeyDescription", &json!({ "KeyId": arn, "Description": "new" }));
    assert_eq!(kms(&house, "DescribeKey", &named)["KeyMetadata"]["Description"], "new");
    let first = kms(&house, "ListKeys", &json!({ "Limit": 1 }));
    assert_eq!(
        (first["Truncated"].as_bool(), first["Keys"].as_array().unwrap().len()),
        (Some(true), 1)
    );
    let second = kms(&house, "ListKeys", &json!({ "Limit": 1, "Marker": first["NextMarker"] }));
    assert_eq!(second["Truncated"], false);
    assert_ne!(first["Keys"], second["Keys"]);
}

fn policy(statements: Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

#[test]
fn a_keys_policy_says_who_and_for_what() {
    let house = House::with(Flags { dev: true, ..Flags::default() });
    let arn = key(&house);
    let usual = kms(&house, "GetKeyPolicy", &json!({ "KeyId": arn }));
    let abroad = Key::new("999988887777", "any");
    let clear = STANDARD.encode("x");
    let input =
        json!({ "KeyId": arn, "Plaintext": clear, "EncryptionContext": { "team": "pugs" } });
    let why = refused_of(&house, &abroad, "Encrypt", &input);
    assert!(why.starts_with("AccessDeniedException"), "{why}");
    assert!(
        why.contains("because no resource-based policy allows the kms:Encrypt action"),
        "{why}"
    );
    let statements = json!([
        { "Effect": "Allow", "Principal": { "AWS": "123456789012" }, "Action": "kms:*",
          "Resource": "*" },
        { "Effect": "Allow", "Principal": { "AWS": "999988887777" }, "Action": "kms:Encrypt",
          "Resource": "*",
          "Condition": { "StringEquals": { "kms:EncryptionContext:team": "pugs" } } },
    ]);
    let put = |text: &str| json!({ "KeyId": arn, "Policy": text });
    kms(&house, "PutKeyPolicy", &put(&policy(statements)));
    let ask = |input: &Value| {
        let ask = Ask::new("kms", "Encrypt", &input.to_string());
        house.send(ask.signed(&abroad, house.env.now())).status.as_u16()
    };
    assert_eq!(ask(&input), 200);
    assert_eq!(ask(&json!({ "KeyId": arn, "Plaintext": clear })), 400);
    let nobody = policy(json!([{
        "Effect": "Allow", "Principal": { "AWS": "999988887777" }, "Action": "kms:*",
        "Resource": "*",
    }]));
    let why = refused(&house, "PutKeyPolicy", &put(&nobody));
    assert!(why.starts_with("MalformedPolicyDocumentException"), "{why}");
    assert!(why.contains("will not allow you to update"), "{why}");
    let why = refused(&house, "PutKeyPolicy", &put("{}"));
    assert!(why.contains("`Statement`: is missing"), "{why}");
    kms(&house, "PutKeyPolicy", &put(usual["Policy"].as_str().unwrap()));
    assert_eq!(kms(&house, "GetKeyPolicy", &json!({ "KeyId": arn })), usual);
    assert_eq!(ask(&input), 400);
}

#[test]
fn a_trial_does_nothing_and_says_so() {
    let house = House::new();
    let arn = key(&house);
    let trial = json!({ "KeyId": arn, "Plaintext": "AAAA", "DryRun": true });
    assert!(refused(&house, "Encrypt", &trial).starts_with("DryRunOperationException"));
    let other =
        json!({ "KeyId": arn, "Plaintext": "AAAA", "EncryptionAlgorithm": "RSAES_OAEP_SHA_1" });
    assert!(refused(&house, "Encrypt", &other).starts_with("InvalidKeyUsageException"));
    let long = json!({ "KeyId": arn, "Plaintext": STANDARD.encode([0; 4_097]) });
    assert!(refused(&house, "Encrypt", &long).starts_with("ValidationException"));
}
