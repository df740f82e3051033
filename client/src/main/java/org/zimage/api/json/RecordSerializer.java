package org.zimage.api.json;

import jakarta.json.bind.adapter.JsonbAdapter;
import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbTypeAdapter;
import jakarta.json.bind.serializer.JsonbSerializer;
import jakarta.json.bind.serializer.SerializationContext;
import jakarta.json.stream.JsonGenerator;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes a record's components in the order in which they are declared, null where there is nothing to say: JSON-B itself
 * knows no such order. A component that is {@link JsonbNillable} with {@code false} is left out instead. One with a {@link
 * JsonbTypeAdapter} is written as its adapter says.
 */
final class RecordSerializer implements JsonbSerializer<Record> {
  private static final ClassValue<List<Property>> PROPERTIES = new ClassValue<>() {
    @Override
    protected List<Property> computeValue(Class<?> type) {
      return Stream.of(type.getRecordComponents()).map(Property::of).toList();
    }
  };

  private final Set<String> leftOut;

  /** @param leftOut names of components in JSON */
  RecordSerializer(Set<String> leftOut) {
    this.leftOut = leftOut;
  }

  @Override
  public void serialize(Record body, JsonGenerator out, SerializationContext context) {
    out.writeStartObject();
    for (Property property : PROPERTIES.get(body.getClass())) {
      if (leftOut.contains(property.name())) {
        continue;
      }
      Object value = property.valueIn(body);
      if (value instanceof Record inner) {
        out.writeKey(property.name());
        serialize(inner, out, context);
      } else if (value != null) {
        write(property.name(), value, out, context);
      } else if (property.isNillable()) {
        out.writeNull(property.name());
      }
    }
    out.writeEnd();
  }

  /** The types of most components are written here: JSON-B looks a serializer up for each value, which takes longer than all the rest. */
  private static void write(String name, Object value, JsonGenerator out, SerializationContext context) {
    if (value instanceof String text) {
      out.write(name, text);
    } else if (value instanceof Integer number) {
      out.write(name, number);
    } else if (value instanceof Long number) {
      out.write(name, number);
    } else if (value instanceof Boolean truth) {
      out.write(name, truth);
    } else if (value instanceof Double number) {
      out.writeKey(name);
      FiniteNumber.write(number, out);
    } else {
      context.serialize(name, value, out);
    }
  }

  /** @param adapter null for a value that is written as it is */
  private record Property(String name, boolean isNillable, Method accessor, JsonbAdapter<Object, ?> adapter) {
    static Property of(RecordComponent component) {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      JsonbNillable nillable = accessor.getAnnotation(JsonbNillable.class);
      return new Property(Bodies.name(component), nillable == null || nillable.value(), accessor,
          adapter(accessor.getAnnotation(JsonbTypeAdapter.class)));
    }

    @SuppressWarnings("unchecked")
    private static JsonbAdapter<Object, ?> adapter(JsonbTypeAdapter annotation) {
      try {
        return annotation == null ? null : (JsonbAdapter<Object, ?>) annotation.value().getDeclaredConstructor().newInstance();
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(annotation + " cannot be made", e);
      }
    }

    Object valueIn(Record body) {
      try {
        Object value = accessor.invoke(body);
        return value == null || adapter == null ? value : adapter.adaptToJson(value);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(name + " of a " + body.getClass() + " cannot be read", e);
      } catch (Exception e) { // which is all that an adapter declares
        throw new IllegalStateException(name + " of a " + body.getClass() + " cannot be written", e);
      }
    }
  }
}
