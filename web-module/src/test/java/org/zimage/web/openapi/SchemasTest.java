package org.zimage.web.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.SoftAssertions;
import org.assertj.core.api.junit.jupiter.InjectSoftAssertions;
import org.assertj.core.api.junit.jupiter.SoftAssertionsExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.zimage.api.BatchDetail;
import org.zimage.api.CancelTaskResponse;
import org.zimage.api.DeleteTaskResponse;
import org.zimage.api.ErrorResponse;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.GenerateImageRequest.Taken;
import org.zimage.api.GenerateImageResponse;
import org.zimage.api.GenerationResult;
import org.zimage.api.HealthResponse;
import org.zimage.api.SystemStatus;
import org.zimage.api.TaskStatusResponse;
import org.zimage.api.TaskSummary;
import org.zimage.api.ValidationError;
import org.zimage.api.audit.AuditEntry;
import org.zimage.api.events.Deliveries;
import org.zimage.api.events.Webhooks;
import org.zimage.api.lora.Lora;
import org.zimage.api.lora.Loras;
import org.zimage.api.model.ModelDefaults;
import org.zimage.api.origin.PictureOrigin;
import org.zimage.api.removal.ClientRemoval;
import org.zimage.system.Workers;
import org.zimage.web.openai.OpenAiBodies;
import org.zimage.web.welcome.WelcomeResource;

/** The schemas of {@code openapi.yaml} and the records that are written and read: names, order, types, limits, what may be null or missing. */
@ExtendWith(SoftAssertionsExtension.class)
class SchemasTest {
  /** The bodies of OpenAI's requests are read field by field: most of their fields mean nothing here. The last is no body. */
  private static final Set<String> WITHOUT_RECORD = Set.of("ImagesRequest", "ImageEditForm", "ImageVariationForm", "PictureToVerify", "DateOrTime");

  /** What a worker tells is passed on as it is: workers of other versions may tell less or more. */
  private static final Set<Class<?>> OPEN = Set.of(Workers.Card.class, Workers.Machine.class);

  private static final Map<String, Class<? extends Record>> RECORDS = new LinkedHashMap<>();

  static {
    RECORDS.put("Welcome", WelcomeResource.Welcome.class);
    RECORDS.put("HealthResponse", HealthResponse.class);
    RECORDS.put("GenerateImageResponse", GenerateImageResponse.class);
    RECORDS.put("TaskStatusResponse", TaskStatusResponse.class);
    RECORDS.put("GenerationResult", GenerationResult.class);
    RECORDS.put("CancelTaskResponse", CancelTaskResponse.class);
    RECORDS.put("TaskSummary", TaskSummary.class);
    RECORDS.put("BatchDetail", BatchDetail.class);
    RECORDS.put("BatchItem", BatchDetail.Item.class);
    RECORDS.put("DeleteTaskResponse", DeleteTaskResponse.class);
    RECORDS.put("ClientRemoval", ClientRemoval.class);
    RECORDS.put("Delivery", Deliveries.Delivery.class);
    RECORDS.put("Deliveries", Deliveries.class);
    RECORDS.put("Webhooks", Webhooks.class);
    RECORDS.put("Lora", Lora.class);
    RECORDS.put("Loras", Loras.class);
    RECORDS.put("AvailableLora", Loras.Available.class);
    RECORDS.put("PictureOrigin", PictureOrigin.class);
    RECORDS.put("AuditEntry", AuditEntry.class);
    RECORDS.put("SystemStatus", SystemStatus.class);
    RECORDS.put("WorkerCard", Workers.Card.class);
    RECORDS.put("ModelDefaults", ModelDefaults.class);
    RECORDS.put("WorkerMachine", Workers.Machine.class);
    RECORDS.put("Error", ErrorResponse.class);
    RECORDS.put("ValidationError", ValidationError.class);
    RECORDS.putAll(OpenAiBodies.SCHEMAS);
  }

  private final Map<?, ?> schemas = schemas();

  @InjectSoftAssertions
  private SoftAssertions softly;

  @Test
  void everySchemaIsARecord() {
    Set<String> described = new TreeSet<>();
    schemas.keySet().forEach(name -> described.add((String) name));
    Set<String> declared = new TreeSet<>(RECORDS.keySet());
    declared.add("GenerateImageRequest");
    declared.addAll(WITHOUT_RECORD);

    assertThat(described).isEqualTo(declared);
  }

  @Test
  void answersAreAsTheyAreDescribed() {
    RECORDS.forEach((name, type) -> compare(name, schema(name), type));
  }

  /** Its fields come in any order. */
  @Test
  void aRequestIsReadAsItIsDescribed() {
    Map<?, ?> properties = properties(schema("GenerateImageRequest"));
    List<RecordComponent> fields = Arrays.asList(GenerateImageRequest.class.getRecordComponents());
    softly.assertThat(new TreeSet<Object>(properties.keySet())).isEqualTo(new TreeSet<Object>(fields.stream().map(SchemasTest::name).toList()));
    softly.assertThat(schema("GenerateImageRequest").get("required")).isEqualTo(List.of("prompt"));
    for (RecordComponent field : fields) {
      Map<?, ?> property = map(properties.get(name(field)));
      compareType("GenerateImageRequest." + name(field), property, field.getGenericType());
      Taken taken = field.getAnnotation(Taken.class);
      softly.assertThat(property.get("nullable")).as("%s may be null", name(field)).isEqualTo(taken == null || taken.nullable() ? true : null);
      if (taken != null && field.getType() != JsonObject.class) {
        Map<?, ?> limited = taken.orTruth() ? map(((List<?>) property.get("oneOf")).get(1)) : property;
        compareLimits(name(field), limited, taken, field.getType() == String.class ? "Length" : "imum");
      }
    }
  }

  private void compareLimits(String field, Map<?, ?> property, Taken taken, String end) {
    softly.assertThat(number(property.get("min" + end), Double.NEGATIVE_INFINITY)).as("least %s", field).isEqualTo(taken.min());
    softly.assertThat(number(property.get("max" + end), Double.POSITIVE_INFINITY)).as("largest %s", field).isEqualTo(taken.max());
    softly.assertThat(property.containsKey("default") ? property.get("default").toString() : Taken.NOTHING).as("default of %s", field)
        .isEqualTo(taken.byDefault());
    if (taken.words().length > 0) {
      softly.assertThat(property.get("enum").toString()).as("words of %s", field)
          .isEqualTo("[" + String.join(", ", taken.words()) + ", null]");
    }
  }

  private static double number(Object limit, double none) {
    return limit == null ? none : ((Number) limit).doubleValue();
  }

  private void compare(String at, Map<?, ?> schema, Class<?> type) {
    Map<?, ?> properties = properties(schema);
    List<RecordComponent> components = Arrays.asList(type.getRecordComponents());
    softly.assertThat(new ArrayList<Object>(properties.keySet())).as("properties of %s", at)
        .isEqualTo(components.stream().map(SchemasTest::name).toList());
    softly.assertThat(schema.containsKey("required") ? schema.get("required") : List.of()).as("required in %s", at)
        .isEqualTo(components.stream().filter(component -> !OPEN.contains(type) && !isLeftOut(component)).map(SchemasTest::name).toList());
    for (RecordComponent component : components) {
      Map<?, ?> property = map(properties.get(name(component)));
      String place = at + "." + name(component);
      softly.assertThat(property).as(place).isNotNull();
      if (property != null) {
        softly.assertThat(Boolean.TRUE.equals(property.get("nullable"))).as("%s may be null", place).isEqualTo(isNull(component));
        compareType(place, property, component.getGenericType());
      }
    }
  }

  private void compareType(String at, Map<?, ?> property, Type type) {
    if (property.get("allOf") instanceof List<?> one) {
      compareType(at, map(one.get(0)), type);
    } else if (property.get("$ref") instanceof String reference) {
      Class<?> record = RECORDS.get(reference.replaceFirst(".*/", ""));
      softly.assertThat((Type) (OPEN.contains(record) ? JsonObject.class : record)).as(at).isEqualTo(type);
    } else if (type instanceof Class<?> record && record.isRecord()) {
      compare(at, property, record);
    } else if (property.get("oneOf") instanceof List<?> kinds) {
      softly.assertThat(kinds).as("kinds of %s", at)
          .isEqualTo(List.of(Map.of("type", "boolean"), Map.of("type", word(type), "minimum", 0)));
    } else {
      softly.assertThat(property.get("type")).as("type of %s", at).isEqualTo(word(type));
      if (type instanceof Class<?> words && words.isEnum()) {
        softly.assertThat(property.get("enum")).as("words of %s", at)
            .isEqualTo(Arrays.stream(words.getEnumConstants()).map(Object::toString).toList());
      }
      if (type instanceof ParameterizedType list && list.getRawType() == List.class && list.getActualTypeArguments()[0] != Object.class) {
        compareType(at + "[]", map(property.get("items")), list.getActualTypeArguments()[0]);
      }
    }
  }

  private static String word(Type type) {
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "integer";
    } else if (type == double.class || type == Double.class) {
      return "number";
    } else if (type == boolean.class || type == Boolean.class) {
      return "boolean";
    } else if (type == JsonArray.class || type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return "array";
    } else if (type == JsonObject.class || type instanceof ParameterizedType) {
      return "object";
    } else if (type == JsonValue.class) {
      return null;
    }
    assertThat(type == String.class || type == Instant.class || ((Class<?>) type).isEnum()).as("%s is a text", type).isTrue();
    return "string";
  }

  private static boolean isLeftOut(RecordComponent component) {
    JsonbNillable nillable = component.getAccessor().getAnnotation(JsonbNillable.class);
    return nillable != null && !nillable.value();
  }

  private static boolean isNull(RecordComponent component) {
    JsonbNillable nillable = component.getAccessor().getAnnotation(JsonbNillable.class);
    return nillable != null && nillable.value();
  }

  private static String name(RecordComponent component) {
    JsonbProperty property = component.getAccessor().getAnnotation(JsonbProperty.class);
    return property == null ? component.getName() : property.value();
  }

  private Map<?, ?> schema(String name) {
    return map(schemas.get(name));
  }

  private static Map<?, ?> properties(Map<?, ?> schema) {
    return map(schema.get("properties"));
  }

  private static Map<?, ?> map(Object value) {
    return (Map<?, ?>) value;
  }

  private static Map<?, ?> schemas() {
    try (InputStream file = OpenApiResource.class.getResourceAsStream("openapi.yaml")) {
      Map<?, ?> document = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromInputStream(file);
      return map(map(document.get("components")).get("schemas"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
