package hourmill.druid;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/**
 * What Druid gets for the values of a Parquet row: numbers, booleans and strings as JSON would give them, an INT64
 * timestamp in milliseconds as a long, plain BINARY as bytes (or text, if so asked), a standard list as a list, null as
 * null. All other types are refused by name.
 */
record ParquetValues(boolean binaryAsString) {
  Map<String, Object> row(Group row) {
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; i < row.getType().getFieldCount(); i++) {
      Type column = row.getType().getType(i);
      values.put(column.getName(), isList(column) ? list(row, i) : value(row, i));
    }
    return values;
  }

  /** The three levels of the Parquet format: a LIST group, in it one repeated group, in that only the element. */
  private static boolean isList(Type column) {
    return LogicalTypeAnnotation.listType().equals(column.getLogicalTypeAnnotation())
        && column.asGroupType().getType(0) instanceof GroupType repeated
        && repeated.getFieldCount() == 1;
  }

  private List<Object> list(Group row, int column) {
    if (row.getFieldRepetitionCount(column) == 0) {
      return null;
    }
    Group list = row.getGroup(column, 0);
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < list.getFieldRepetitionCount(0); i++) {
      elements.add(value(list.getGroup(0, i), 0));
    }
    return elements;
  }

  private Object value(Group group, int column) {
    if (group.getFieldRepetitionCount(column) == 0) {
      return null;
    }
    Type type = group.getType().getType(column);
    return switch (nameOf(type)) {
      case "BOOLEAN" -> group.getBoolean(column, 0);
      case "INT32", "INT32 INTEGER(32,true)" -> group.getInteger(column, 0);
      case "INT64", "INT64 INTEGER(64,true)" -> group.getLong(column, 0);
      case "INT64 TIMESTAMP(MILLIS,true)", "INT64 TIMESTAMP(MILLIS,false)" -> group.getLong(column, 0);
      case "FLOAT" -> group.getFloat(column, 0);
      case "DOUBLE" -> group.getDouble(column, 0);
      case "BINARY STRING" -> group.getString(column, 0);
      case "BINARY" -> binaryAsString ? group.getString(column, 0) : group.getBinary(column, 0).getBytes();
      default -> throw new IllegalArgumentException("This parquet input format does not read " + type);
    };
  }

  private static String nameOf(Type type) {
    if (!type.isPrimitive() || type.isRepetition(Repetition.REPEATED)) {
      return "nested";
    }
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    return type.asPrimitiveType().getPrimitiveTypeName() + (meaning == null ? "" : " " + meaning);
  }
}
